using System.Collections.Immutable;
using AutoScaling.Ports;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// Keeps replica counts in memory, for tests and simulated runs: with a start delay, injected failures and a log of its calls. Thread-safe.
/// </summary>
/// <remarks>
/// Replicas are named <c>web-0</c>, <c>web-1</c> and so on; the highest are taken away first, at once. The initial replicas are ready and
/// have run since the scaler was created.
/// </remarks>
public sealed class FakeScaler : IScaler, IMadeUp
{
    private const int MostCalls = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Started>> _targets = new(StringComparer.Ordinal);
    private readonly Queue<ScaleCall> _calls = new();
    private readonly TimeProvider _time;
    private readonly Func<ScalingTarget, int> _initialReplicas;
    private readonly DateTimeOffset _createdAt;

    /// <summary>Creates a scaler whose targets all begin with one replica.</summary>
    /// <param name="timeProvider">Tells when replicas are started and ready.</param>
    public FakeScaler(TimeProvider timeProvider) : this(timeProvider, 1)
    {
    }

    /// <summary>Creates a scaler whose targets all begin with the same count.</summary>
    /// <param name="timeProvider">Tells when replicas are started and ready.</param>
    /// <param name="initialReplicas">How many replicas a target has before it is scaled, at least 0.</param>
    /// <exception cref="ScalingException">The count is negative (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public FakeScaler(TimeProvider timeProvider, int initialReplicas) : this(timeProvider, _ => initialReplicas) =>
        Bounds.Count.Check(initialReplicas, "InitialReplicas");

    /// <summary>Creates a scaler whose targets begin with counts of their own.</summary>
    /// <param name="timeProvider">Tells when replicas are started and ready.</param>
    /// <param name="initialReplicas">How many replicas a target has before it is scaled; negative counts as 0.</param>
    public FakeScaler(TimeProvider timeProvider, Func<ScalingTarget, int> initialReplicas)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(initialReplicas);
        _time = timeProvider;
        _initialReplicas = initialReplicas;
        _createdAt = timeProvider.GetUtcNow();
    }

    /// <summary>How long a new replica is starting before it is ready.</summary>
    /// <value>At least 0. Default 0: new replicas are ready at once.</value>
    /// <exception cref="ScalingException">The value is negative (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan StartDelay
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(StartDelay));
    }

    /// <summary>
    /// Asked before each scaling: <see langword="null"/> lets it happen, any other outcome is answered instead and nothing is written. May
    /// throw.
    /// </summary>
    public Func<ScaleCall, ScaleOutcome?>? OnScale { get; set; }

    /// <summary>Asked before each read: <see langword="null"/> lets it happen, an exception is thrown instead.</summary>
    public Func<ScalingTarget, Exception?>? OnRead { get; set; }

    /// <summary>The calls of <see cref="ScaleAsync"/> so far, oldest first; of more than 10,000 only the newest. A copy.</summary>
    public IReadOnlyList<ScaleCall> Calls
    {
        get
        {
            lock (_gate) return [.. _calls];
        }
    }

    /// <summary>
    /// Changes the count of a target from outside, as a person or another tool would; the call is not in <see cref="Calls"/>.
    /// </summary>
    /// <param name="target">Which target.</param>
    /// <param name="replicas">The count to have, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public void SetReplicas(ScalingTarget target, int replicas)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);
        lock (_gate) Resize(target, Members(target), replicas, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReplicaStatus>(cancellationToken);
        if (OnRead?.Invoke(target) is { } error) return ValueTask.FromException<ReplicaStatus>(error);
        lock (_gate) return new(Status(Members(target), _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is negative.</exception>
    public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ScaleOutcome>(cancellationToken);
        try
        {
            return new(Scale(target, from, to));
        }
        catch (Exception error) // Only OnScale throws here, and what it throws is the caller's answer.
        {
            return ValueTask.FromException<ScaleOutcome>(error);
        }
    }

    private ScaleOutcome Scale(ScalingTarget target, int from, int to)
    {
        var call = new ScaleCall { At = _time.GetUtcNow(), Target = target, From = from, To = to, Outcome = ScaleOutcome.Unchanged };
        lock (_gate) call = call with { Outcome = Foresee(Members(target).Count, from, to) };

        ScaleOutcome? injected;
        try
        {
            // Outside the lock, because it may call SetReplicas.
            injected = OnScale?.Invoke(call);
        }
        catch (Exception error)
        {
            lock (_gate) Log(call with { Outcome = ScaleOutcome.Failed(error.Message) });
            throw;
        }

        lock (_gate)
        {
            var members = Members(target);
            var outcome = injected ?? Foresee(members.Count, from, to);
            if (injected is null && outcome.Kind == ScaleOutcomeKind.Applied) Resize(target, members, to, call.At);
            Log(call with { Outcome = outcome });
            return outcome;
        }
    }

    private static ScaleOutcome Foresee(int count, int from, int to) =>
        count != from ? ScaleOutcome.Rejected($"it has {Phrase.Replicas(count)}, not {from}")
        : count == to ? ScaleOutcome.Unchanged
        : ScaleOutcome.Applied;

    private void Log(ScaleCall call)
    {
        if (_calls.Count == MostCalls) _calls.Dequeue();
        _calls.Enqueue(call);
    }

    private List<Started> Members(ScalingTarget target)
    {
        if (_targets.TryGetValue(target.Name, out var members)) return members;
        var count = _initialReplicas(target);
        members = [];
        for (var i = 0; i < count; i++) members.Add(new($"{target.Name}-{i}", _createdAt, _createdAt));
        return _targets[target.Name] = members;
    }

    private void Resize(ScalingTarget target, List<Started> members, int replicas, DateTimeOffset now)
    {
        if (members.Count > replicas) members.RemoveRange(replicas, members.Count - replicas);
        while (members.Count < replicas) members.Add(new($"{target.Name}-{members.Count}", now, now + StartDelay));
    }

    private static ReplicaStatus Status(List<Started> members, DateTimeOffset now)
    {
        var replicas = ImmutableArray.CreateBuilder<Replica>(members.Count);
        var ready = 0;
        foreach (var member in members)
        {
            var isReady = member.ReadyAt <= now;
            if (isReady) ready++;
            replicas.Add(new()
            {
                Name = member.Name,
                Phase = isReady ? ReplicaPhase.Running : ReplicaPhase.Pending,
                Readiness = isReady ? ReplicaReadiness.Ready : ReplicaReadiness.NotReady,
                StartedAt = member.At,
                ReadinessChangedAt = isReady ? member.ReadyAt : member.At,
            });
        }

        return new() { Desired = members.Count, Ready = ready, Starting = members.Count - ready, Members = replicas.MoveToImmutable() };
    }

    private readonly record struct Started(string Name, DateTimeOffset At, DateTimeOffset ReadyAt);
}
