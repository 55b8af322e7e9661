using System.Collections.Immutable;

namespace AutoScaling.Simulation.Lint;

/// <summary>What the library's rules tell of themselves. The only file of lint that knows rules by their types.</summary>
internal static class RuleDescriptions
{
    /// <summary>What a rule tells of itself; <see langword="null"/>: nothing, so that only its answers are known.</summary>
    public static RuleDescription? Of(ScalingRule rule) => rule switch
    {
        ThresholdRule threshold => Of(threshold),
        TargetTrackingRule tracking => Of(tracking),
        StepRule steps => Of(steps),
        BacklogRule backlog => Of(backlog),
        ScheduleRule schedule => Of(schedule),
        FixedRule { Replicas: var count } => new() { Count = new("replicas", RecommendationKind.Replicas, count) },
        _ => null,
    };

    private static RuleDescription Of(ThresholdRule rule)
    {
        var cpu = new MetricComparison
        {
            Metric = rule.CpuMetric,
            Setting = "cpuTarget",
            IsPercent = true,
            Target = rule.CpuTarget,
            Edges = [rule.CpuTarget / 2, rule.CpuTarget],
        };
        ImmutableArray<MetricComparison> memory = rule.MemoryTarget is not { } target ? [] :
        [
            new() { Metric = rule.MemoryMetric, Setting = "memoryTarget", IsPercent = true, Target = target, Edges = [target] },
        ];
        return new() { Comparisons = [cpu, .. memory], RoundsUp = rule.ExactArithmetic ? new("exactArithmetic", 0.7) : null };
    }

    private static RuleDescription Of(TargetTrackingRule rule) => new()
    {
        Comparisons =
        [
            new()
            {
                Metric = rule.Metric,
                Setting = "target",
                Nature = rule.Kind switch
                {
                    TargetKind.TotalValue => MetricNature.Total,
                    TargetKind.TotalPerReplica => MetricNature.TotalPerReplica,
                    _ => MetricNature.Average,
                },
                NatureSetting = "kind",
                IsPercent = rule.Kind == TargetKind.Utilization,
                Target = rule.Target,
                HasTolerance = true,
                Edges = [rule.Target],
            },
        ],
    };

    private static RuleDescription Of(StepRule rule) => new()
    {
        Comparisons =
        [
            new()
            {
                Metric = rule.Metric,
                Setting = "steps",
                Nature = rule.IsTotal ? MetricNature.Total : MetricNature.Average,
                NatureSetting = "isTotal",
                IsPercent = !rule.IsTotal && (Is(rule.Metric, MetricRef.Cpu) || Is(rule.Metric, MetricRef.Memory)),
                Edges = [.. rule.Steps.SelectMany(step => new[] { step.From, step.Below }).OfType<double>()],
                Steps =
                [
                    .. rule.Steps.Select(step => step.Adjustment == StepAdjustment.To
                        ? new DescribedStep(step.From, 0, step.Amount)
                        : new(step.From, step.Amount, null)),
                ],
            },
        ],
    };

    private static RuleDescription Of(BacklogRule rule)
    {
        var backlog = new MetricComparison
        {
            Metric = rule.Metric,
            Setting = "throughputPerReplica",
            Nature = MetricNature.TotalPerReplica,
            Edges = [rule.ThroughputPerReplica * rule.DrainTime.TotalSeconds],
        };
        return new()
        {
            Comparisons = rule.ArrivalMetric is { } arrivals
                ? [backlog, backlog with { Metric = arrivals, Edges = [rule.ThroughputPerReplica] }]
                : [backlog],
        };
    }

    private static RuleDescription Of(ScheduleRule rule) => new()
    {
        Count = rule.Bound switch
        {
            ScheduleBound.Floor => new("floor", RecommendationKind.Floor, rule.Replicas),
            ScheduleBound.Ceiling => new("ceiling", RecommendationKind.Ceiling, rule.Replicas),
            _ => new("exact", RecommendationKind.Exact, rule.Replicas),
        },
        Times = new(rule.Start, rule.End),
    };

    private static bool Is(MetricRef metric, MetricRef known) => string.Equals(metric.Name, known.Name, StringComparison.Ordinal);
}
