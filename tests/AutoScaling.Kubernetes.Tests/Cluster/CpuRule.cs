using System.Collections.Immutable;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>
/// The arithmetic of the threshold rule, whoever is ready. Where no node is, nobody ever is: the library's own rule would see all replicas on their way, and order no more.
/// </summary>
internal sealed record CpuRule : ScalingRule
{
    private const double Target = 70;

    public override string Name { get; init; } = "threshold";

    public override ImmutableArray<MetricRef> Metrics => [MetricRef.Cpu];

    public override Recommendation Recommend(in RuleContext context)
    {
        if (!context.TryRead(MetricRef.Cpu, out var cpu, out var trouble)) return trouble;
        return new()
        {
            Kind = RecommendationKind.Replicas,
            Reason = cpu.Value > Target ? RecommendationReason.AboveTarget
                : cpu.Value < Target / 2 ? RecommendationReason.BelowTarget
                : RecommendationReason.OnTarget,
            Replicas = For(context.Current, cpu.Value),
            Metric = MetricRef.Cpu,
            Value = cpu.Value,
            Target = Target,
            ScaleUpAbove = Target,
            ScaleDownBelow = Target / 2,
        };
    }

    private static int For(int current, double cpu) =>
        cpu > Target ? (int)Math.Min(int.MaxValue, Math.Ceiling(current * 1.5))
        : cpu < Target / 2 ? Math.Max(0, Math.Min(current - 1, (int)Math.Ceiling(current * 0.7)))
        : current;
}
