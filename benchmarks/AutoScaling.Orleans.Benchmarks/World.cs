using System.Globalization;
using StackExchange.Redis;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>Targets outside of all silos: how many replicas each has, how often it was scaled, and what it is loaded with.</summary>
internal sealed class World(IDatabase redis) : IScaler, IMetricsProvider
{
    private const string Replicas = "world:replicas", Scaled = "world:scaled", Total = "world:total", Loaded = "world:loaded";
    private const int First = 4, Wanted = 6;

    // So that a kill meets scalings that are done, and not yet known to be.
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(30);

    private const string Scale =
        """
        if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or ARGV[2]) ~= tonumber(ARGV[3]) then return 0 end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
        redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
        return redis.call('INCR', KEYS[3])
        """;

    public async Task<long> ScalingsAsync() => (long?)await redis.StringGetAsync(Total) ?? 0;

    /// <summary>Has the targets up to a number want half as many replicas more, each time that they may be scaled.</summary>
    public Task LoadAsync(int until) => redis.StringSetAsync(Loaded, until);

    /// <summary>Counts the targets up to a number that do not have what they want, and all that were scaled more than once.</summary>
    public async Task<(int Wrong, int Twice)> CheckAsync(int until)
    {
        var replicas = (await redis.HashGetAllAsync(Replicas)).ToDictionary(r => (string)r.Name!, r => (int)r.Value, StringComparer.Ordinal);
        var wrong = Enumerable.Range(0, until).Count(i => replicas.GetValueOrDefault(Name(i), First) != Wanted) + Math.Max(0, replicas.Count - until);
        return (wrong, (await redis.HashGetAllAsync(Scaled)).Count(s => (int)s.Value > 1));
    }

    public async ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        var count = (int?)await redis.HashGetAsync(Replicas, target.Name) ?? First;
        return new() { Desired = count, Ready = count };
    }

    public async ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        var done = (long)await redis.ScriptEvaluateAsync(Scale, [Replicas, Scaled, Total], [target.Name, First, from, to]);
        await Task.Delay(Slowness, TimeProvider.System, cancellationToken);
        return done > 0 ? ScaleOutcome.Applied : ScaleOutcome.Rejected("it has another count");
    }

    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var isLoaded = Number(request.Target) < ((int?)await redis.StringGetAsync(Loaded) ?? 0);
        return ServiceMetrics.Of(TimeProvider.System.GetUtcNow(), isLoaded ? 90 : 60);
    }

    public static int Number(ScalingTarget target) => int.Parse(target.Name.AsSpan(1), CultureInfo.InvariantCulture);

    public static string Name(int target) => string.Create(CultureInfo.InvariantCulture, $"t{target}");
}
