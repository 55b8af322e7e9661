using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Benchmarks;

/// <summary>Ports that answer at once, so that nothing but the library is measured.</summary>
internal static class InstantPorts
{
    public static long Evaluations => Scaler.Reads;

    public static AutoScalingBuilder UseInstantPorts(this AutoScalingBuilder builder) => builder
        .UseMetrics(services => new Metrics((TimeProvider)services.GetService(typeof(TimeProvider))!))
        .UseScaler(_ => new Scaler());

    /// <summary>A clock that a benchmark sets.</summary>
    public sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private sealed class Metrics(TimeProvider time) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
            new(ServiceMetrics.Of(time.GetUtcNow(), cpu: 50, memory: request.Asks("memory") ? 50 : null));
    }

    private sealed class Scaler : IScaler
    {
        private static long s_reads;

        public static long Reads => Volatile.Read(ref s_reads);

        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref s_reads);
            return new(ReplicaStatus.AllReady(4));
        }

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) => new(ScaleOutcome.Applied);
    }
}
