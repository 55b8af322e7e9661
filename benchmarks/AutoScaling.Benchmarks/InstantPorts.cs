using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Benchmarks;

/// <summary>Ports that answer at once, so that nothing but the library is measured.</summary>
internal static class InstantPorts
{
    public static long Evaluations => Scaler.Reads;

    public static long Scalings => Scaler.Scaled;

    /// <summary>Reads and scales targets at once.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="load">What is read; by default always the same, whatever is scaled.</param>
    public static AutoScalingBuilder UseInstantPorts(this AutoScalingBuilder builder, ChangingLoad? load = null) => builder
        .UseMetrics(services => new Metrics((TimeProvider)services.GetService(typeof(TimeProvider))!, load))
        .UseScaler(_ => new Scaler(load));

    /// <summary>A clock that a benchmark sets.</summary>
    public sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private sealed class Metrics(TimeProvider time, ChangingLoad? load) : IMetricsProvider
    {
        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            return new(ServiceMetrics.Of(now, load?.Cpu(request.Target, now) ?? 50, request.Asks("memory") ? 50 : null));
        }
    }

    private sealed class Scaler(ChangingLoad? load) : IScaler
    {
        private static long s_reads;
        private static long s_scaled;

        public static long Reads => Volatile.Read(ref s_reads);

        public static long Scaled => Volatile.Read(ref s_scaled);

        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref s_reads);
            return new(load?.Replicas(target) ?? ReplicaStatus.AllReady(4));
        }

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref s_scaled);
            load?.Scale(target, to);
            return new(ScaleOutcome.Applied);
        }
    }
}
