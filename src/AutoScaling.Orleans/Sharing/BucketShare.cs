using System.Collections.Immutable;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace AutoScaling.Orleans.Sharing;

/// <summary>The buckets that are this silo's, because their grains are active here.</summary>
internal sealed class BucketShare : ITargetShare
{
    private const string SiloTag = "autoscaling.silo", BucketTag = "autoscaling.bucket";

    // Pokes that come within this time have found one and the same trouble.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(30);

    private readonly BucketTerm?[] _terms;
    private readonly ImmutableArray<KeyValuePair<string, object?>>[] _tags;
    private readonly TimeSpan _lease;
    private readonly TimeSpan _pokeTimeout;
    private readonly TimeProvider _time;
    private readonly ILogger<BucketShare> _logger;
    private readonly Lock _lock = new();
    private TargetsByBucket? _index;
    private ITargetShareHost? _host;
    private long _lastNumber;
    private long? _overAt;
    private volatile bool _isStopping;

    public BucketShare(
        IOptions<OrleansScalingOptions> options,
        IOptions<ClusterMembershipOptions> membership,
        ILocalSiloDetails silo,
        TimeProvider time,
        ILogger<BucketShare> logger)
    {
        var set = options.Value;
        _terms = new BucketTerm?[set.Buckets];
        _tags = [.. Enumerable.Range(0, set.Buckets).Select(bucket => ImmutableArray.Create<KeyValuePair<string, object?>>(
            new(SiloTag, silo.Name), new(BucketTag, bucket)))];
        _lease = new Bounds<TimeSpan>(set.Tick * 2).Check(
            set.Lease ?? membership.Value.MinProbeTimeout * membership.Value.NumMissedProbesLimit,
            "Lease (MinProbeTimeout * NumMissedProbesLimit of ClusterMembershipOptions, if it is not set)");
        (Silo, _pokeTimeout) = (silo.SiloAddress, set.PokeTimeout);
        _time = time;
        _logger = logger;
    }

    /// <summary>This silo.</summary>
    public SiloAddress Silo { get; }

    /// <summary>Into how many buckets the targets are divided.</summary>
    public int Buckets => _terms.Length;

    /// <summary>Whether this silo takes no buckets any longer.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>How many buckets are this silo's.</summary>
    public int Count => _terms.Count(term => term is not null);

    public static int BucketOf(ScalingTarget target, int buckets) => (int)(Primitives.StableHash.Of(target.Name) % (ulong)buckets);

    public LeaderTerm? TermOf(ScalingTarget target) =>
        Volatile.Read(ref _terms[BucketOf(target, Buckets)]) is { IsOpen: true } term ? term.Term : null;

    public ImmutableArray<KeyValuePair<string, object?>> TagsOf(ScalingTarget target) => _tags[BucketOf(target, Buckets)];

    public ValueTask StartAsync(ITargetShareHost host, CancellationToken cancellationToken)
    {
        lock (_lock) _host = host;

        // Those whose grains were active before the loop.
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            if (Volatile.Read(ref _terms[bucket]) is not null) host.Take(TargetsIn(bucket));
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        await Task.WhenAll(_terms.OfType<BucketTerm>().Select(term => ReleaseAsync(term, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Whether a bucket is this silo's now.</summary>
    public bool Has(int bucket) => Volatile.Read(ref _terms[bucket]) is { IsOpen: true };

    /// <summary>The targets of a bucket that have a policy.</summary>
    public IReadOnlyList<ScalingTarget> TargetsIn(int bucket)
    {
        lock (_lock)
        {
            if (_host is null) return [];
            if (_index?.Version != _host.TargetsVersion) _index = TargetsByBucket.Of(_host, Buckets);
            return _index.In(bucket);
        }
    }

    /// <summary>
    /// Whether a lease that is over is the first one for a while: a silo that was stopped finds all of them over, and one says it.
    /// </summary>
    public bool IsFirstOver()
    {
        lock (_lock)
        {
            var isFirst = _overAt is not { } before || _time.GetElapsedTime(before) > Together;
            _overAt = _time.GetTimestamp();
            return isFirst;
        }
    }

    /// <summary>Begins a term of a bucket, in place of one that is over.</summary>
    public BucketTerm Take(int bucket)
    {
        var term = new BucketTerm(bucket, Interlocked.Increment(ref _lastNumber), _lease, _time);
        Interlocked.Exchange(ref _terms[bucket], term)?.End();
        if (Volatile.Read(ref _host) is { } host) host.Take(TargetsIn(bucket));
        return term;
    }

    /// <summary>Ends a term: what is under way is waited for, and what is remembered is saved.</summary>
    public async Task ReleaseAsync(BucketTerm term, CancellationToken cancellationToken)
    {
        term.Close();
        try
        {
            // Who has lost it knows nothing that counts.
            if (!term.IsLost && ReferenceEquals(_terms[term.Bucket], term) && Volatile.Read(ref _host) is { } host)
                await host.ReleaseAsync(TargetsIn(term.Bucket), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.ReleasedLate(_logger, term.Bucket);
        }
        finally
        {
            term.End();
            Interlocked.CompareExchange(ref _terms[term.Bucket], null, term);
        }
    }

    /// <summary>What other silos are told of this one.</summary>
    public SiloBuckets Tell() => new(Silo, [.. Enumerable.Range(0, Buckets).Select(Has)]);

    /// <summary>
    /// Lets go of buckets that another silo has, too: while silos start or are lost Orleans may make a bucket active twice, and may leave
    /// it so. Of two silos the one whose address is the later keeps it.
    /// </summary>
    /// <param name="other">What another silo tells.</param>
    public void Hear(SiloBuckets other)
    {
        if (Silo.CompareTo(other.Silo) >= 0) return;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            if (!other.IsOwn[bucket] || Volatile.Read(ref _terms[bucket]) is not { IsOpen: true } term) continue;

            // What was said before the other silo had handed it over may still be on its way.
            if (term.Age <= _pokeTimeout) continue;
            term.Lose();
            Log.IsTwice(_logger, bucket, other.Silo);
        }
    }

    /// <summary>Another silo has saved a target's state: its bucket must be theirs, and no longer this silo's.</summary>
    public void Lose(ScalingTarget target)
    {
        var bucket = BucketOf(target, Buckets);
        if (Volatile.Read(ref _terms[bucket]) is not { IsLost: false } term) return;
        term.Lose();
        Log.Lost(_logger, bucket, target);
    }
}
