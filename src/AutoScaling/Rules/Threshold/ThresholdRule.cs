using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Rules;

namespace AutoScaling;

/// <summary>
/// Steps by a factor when CPU or memory use crosses a threshold: CPU above its target asks for 1.5 times the replicas, CPU below half of it
/// for 0.7 times, memory above its target for at least 1.3 times (each rounded up); the largest counts. Where the source reads single
/// replicas, those that serve without being measured count as fully used before any are removed. Before any are added, those that start,
/// are not ready or were only ordered count as unused; and the readings of those that only start are left out.
/// </summary>
/// <remarks>
/// Source: the auto-scaler that this library began as. There 0.7 times 3 replicas, rounded up, are 3 again; see
/// <see cref="ExactArithmetic"/>.
/// </remarks>
public sealed record ThresholdRule : ScalingRule
{
    /// <inheritdoc/>
    public override string Name { get; init; } = "threshold";

    /// <summary>The CPU use above which replicas are added; below half of it they are removed.</summary>
    /// <value>Percent, 70 by default; more than 0.</value>
    public double CpuTarget
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(CpuTarget));
    }
    = PolicyDefaults.Library.CpuTarget;

    /// <summary>The memory use above which replicas are added.</summary>
    /// <value>Percent; <see langword="null"/> by default: memory is not looked at. More than 0.</value>
    public double? MemoryTarget
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(MemoryTarget));
    }

    /// <summary>The metric that holds the CPU use in percent.</summary>
    /// <value><c>cpu</c> by default.</value>
    public MetricRef CpuMetric { get; init; } = MetricRef.Cpu;

    /// <summary>The metric that holds the memory use in percent.</summary>
    /// <value><c>memory</c> by default.</value>
    public MetricRef MemoryMetric { get; init; } = MetricRef.Memory;

    /// <summary>Whether 0.7 times the replicas are rounded up and nothing else, so that 3 replicas never become fewer.</summary>
    /// <value><see langword="false"/> by default: a wanted scale-down takes away at least one replica.</value>
    public bool ExactArithmetic { get; init; }

    /// <summary>How long after its start a replica's reading counts only if all of it was measured while the replica was ready.</summary>
    /// <value>5 minutes by default; at least 0.</value>
    public TimeSpan InitializationPeriod
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(InitializationPeriod));
    }
    = Warmup.UsualPeriod;

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => MemoryTarget is null ? [CpuMetric] : [CpuMetric, MemoryMetric];

    /// <inheritdoc/>
    public override RuleDescription Describe()
    {
        var cpu = new MetricComparison
        {
            Metric = CpuMetric,
            Setting = "cpuTarget",
            IsPercent = true,
            Target = CpuTarget,
            Edges = [CpuTarget / 2, CpuTarget],
        };
        var roundsUp = ExactArithmetic ? new RoundedFactor { Setting = "exactArithmetic", Factor = 0.7 } : null;
        if (MemoryTarget is not { } target) return new() { Comparisons = [cpu], RoundsUp = roundsUp, NeedsReplicas = true };
        var memory = new MetricComparison
        {
            Metric = MemoryMetric,
            Setting = "memoryTarget",
            IsPercent = true,
            Target = target,
            Edges = [target],
        };
        return new() { Comparisons = [cpu, memory], RoundsUp = roundsUp, NeedsReplicas = true };
    }

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        var current = context.Current;
        var warmup = new Warmup(InitializationPeriod, Warmup.UsualReadinessDelay);
        var cpuKnown = WeighedReading.TryRead(context, CpuMetric, warmup, out var reading, out var cpu, out var trouble);
        var memory = default(WeighedReading);
        var memoryKnown = MemoryTarget is not null;
        if (memoryKnown && !WeighedReading.TryRead(context, MemoryMetric, warmup, out _, out memory, out var memoryTrouble))
        {
            memoryKnown = false;
            trouble = memoryTrouble;
        }

        var byCpu = cpuKnown ? ForCpu(current, cpu.Value) : current;
        var undecided = (byCpu < current && ForCpu(current, AtMost(context, reading, cpu.Value)) >= current)
            || (byCpu > current && ForCpu(current, cpu.Diluted) <= current);
        if (undecided) byCpu = current;

        // Memory above its target asks for at least what there is, also where the replicas that are on their way are enough.
        var byMemory = memoryKnown ? ForMemory(current, memory.Value) : 0;
        var memoryWaits = byMemory > current && ForMemory(current, memory.Diluted) == 0;
        if (memoryWaits) byMemory = current;
        var replicas = Math.Max(byCpu, byMemory);

        // One metric is enough to ask for more; to ask for fewer, every metric of the rule must have been read.
        var complete = cpuKnown && (memoryKnown || MemoryTarget is null);
        if (!complete && replicas <= current) return trouble;

        if (memoryKnown && byMemory > byCpu)
        {
            var why = memoryWaits ? RecommendationReason.Undecided : RecommendationReason.AboveTarget;
            return new(RecommendationKind.Replicas, why, replicas, MemoryMetric, memory.Value)
            {
                Target = MemoryTarget,
                ScaleUpAbove = MemoryTarget,
            };
        }

        var reason = undecided ? RecommendationReason.Undecided
            : cpu.Value > CpuTarget ? RecommendationReason.AboveTarget
            : cpu.Value < CpuTarget / 2 ? RecommendationReason.BelowTarget
            : RecommendationReason.OnTarget;
        return new(RecommendationKind.Replicas, reason, replicas, CpuMetric, cpu.Value)
        {
            Target = CpuTarget,
            ScaleUpAbove = CpuTarget,
            ScaleDownBelow = CpuTarget / 2,
        };
    }

    /// <inheritdoc/>
    public override int Project(in RuleContext context, int replicas, in Recommendation recommended)
    {
        var warmup = new Warmup(InitializationPeriod, Warmup.UsualReadinessDelay);
        var count = replicas;
        if (WeighedReading.TryRead(context, CpuMetric, warmup, out _, out var cpu, out _))
            count = ForCpu(replicas, cpu.Value * context.Share(CpuMetric, replicas));
        if (MemoryTarget is not null && WeighedReading.TryRead(context, MemoryMetric, warmup, out _, out var memory, out _))
            count = Math.Max(count, ForMemory(replicas, memory.Value * context.Share(MemoryMetric, replicas)));
        return count;
    }

    /// <inheritdoc/>
    public override MetricRef? Limits(in RuleContext context, int replicas)
    {
        if (MemoryTarget is null || !context.TryRead(MemoryMetric, out var memory, out _)) return CpuMetric;
        var byMemory = ForMemory(replicas, memory.Value * context.Share(MemoryMetric, replicas));
        var byCpu = context.TryRead(CpuMetric, out var cpu, out _) ? ForCpu(replicas, cpu.Value * context.Share(CpuMetric, replicas)) : 0;
        return byMemory > byCpu ? MemoryMetric : CpuMetric;
    }

    /// <summary>The use if the replicas that nobody measures are fully used.</summary>
    /// <remarks>Source: the guess of the Kubernetes HPA for pods without metrics on the way down.</remarks>
    private double AtMost(in RuleContext context, MetricReading reading, double cpu)
    {
        var (unmeasured, measured) = context.Coverage(reading);
        return unmeasured == 0 ? cpu : ((cpu * measured) + (Math.Max(100, CpuTarget) * unmeasured)) / (measured + unmeasured);
    }

    private int ForCpu(int current, double cpu)
    {
        if (cpu > CpuTarget) return Count.Needed(current * 1.5);
        if (cpu >= CpuTarget / 2) return current;
        var fewer = Count.Needed(current * 0.7);
        return ExactArithmetic || fewer < current ? fewer : Math.Max(0, current - 1);
    }

    private int ForMemory(int current, double memory) => memory > MemoryTarget ? Count.Needed(current * 1.3) : 0;
}
