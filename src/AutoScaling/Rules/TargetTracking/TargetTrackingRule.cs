using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;
using AutoScaling.Rules;
using AutoScaling.Rules.TargetTracking;

namespace AutoScaling;

/// <summary>What a <see cref="TargetTrackingRule"/> keeps at its target.</summary>
[JsonConverter(typeof(WordConverter<TargetKind>))]
public enum TargetKind
{
    /// <summary>The use of what the replicas requested, in percent.</summary>
    Utilization,

    /// <summary>The average over the replicas that are measured.</summary>
    AverageValue,

    /// <summary>One total, which is compared with the target and multiplies the ready replicas.</summary>
    TotalValue,

    /// <summary>One total, divided by all replicas.</summary>
    TotalPerReplica,
}

/// <summary>Keeps a metric at a target: the replicas grow and shrink with the ratio of the two.</summary>
/// <remarks>
/// The arithmetic is that of the Kubernetes HorizontalPodAutoscaler: IEEE doubles, whole thousandths, whole percents, a tolerance per
/// direction from the policy's behaviour, and careful guesses for replicas that are not ready or not measured. Where the source has no
/// readings of single replicas, the reading of the whole target stands for its ready replicas.
/// </remarks>
public sealed record TargetTrackingRule : ScalingRule
{
    private readonly string? _name;

    /// <inheritdoc/>
    public override string Name
    {
        get => _name ?? Metric.Name;
        init => _name = value;
    }

    /// <summary>The metric to keep at its target.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>What of the metric is kept at its target.</summary>
    /// <value><see cref="TargetKind.Utilization"/> by default.</value>
    public TargetKind Kind { get; init; }

    /// <summary>The value to keep.</summary>
    /// <value>Percent for <see cref="TargetKind.Utilization"/>, otherwise in the metric's own unit; more than 0.</value>
    public required double Target
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(Target));
    }

    /// <summary>Whether a replica's reading counts only once it is ready and its start no longer colours the reading.</summary>
    /// <value>
    /// <see langword="null"/> by default: only for the utilization and average value of the metric named <c>cpu</c>, or <c>cpu/app</c> for
    /// one container, as in Kubernetes.
    /// </value>
    public bool? SkipUnready { get; init; }

    /// <summary>How long after its start a replica's reading counts only if all of it was measured while the replica was ready.</summary>
    /// <value>5 minutes by default; at least 0.</value>
    public TimeSpan InitializationPeriod
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(InitializationPeriod));
    }
    = Warmup.UsualPeriod;

    /// <summary>How long after its start a replica that never became ready still counts as starting.</summary>
    /// <value>30 seconds by default; at least 0.</value>
    public TimeSpan InitialReadinessDelay
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(InitialReadinessDelay));
    }
    = Warmup.UsualReadinessDelay;

    /// <summary>From which value of the metric on the rule wants any replicas at all.</summary>
    /// <value><see langword="null"/> by default: it has no such value.</value>
    public Activation? Activation { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => [Metric];

    /// <inheritdoc/>
    public override bool Remembers => Activation is not null;

    /// <summary>Whether readings of unready replicas are left out; see <see cref="SkipUnready"/>.</summary>
    internal bool SkipsUnready => SkipUnready
        ?? (Kind is TargetKind.Utilization or TargetKind.AverageValue
            && (Metric.Name is "cpu" || Metric.Name.StartsWith("cpu/", StringComparison.Ordinal)));

    /// <inheritdoc/>
    public override bool FollowsCurrent => Kind == TargetKind.TotalValue;

    /// <inheritdoc/>
    public override RuleDescription Describe()
    {
        var nature = Kind switch
        {
            TargetKind.TotalValue => MetricNature.Total,
            TargetKind.TotalPerReplica => MetricNature.TotalPerReplica,
            _ => MetricNature.Average,
        };
        return new()
        {
            Activation = Activation,
            NeedsReplicas = nature == MetricNature.Average && (Activation is null || Kind == TargetKind.Utilization),
            Comparisons =
            [
                new()
                {
                    Metric = Metric,
                    Setting = "target",
                    NatureSetting = "kind",
                    Nature = nature,
                    IsPercent = Kind == TargetKind.Utilization,
                    Target = Target,
                    HasTolerance = true,
                    Edges = [Target],
                },
            ],
        };
    }

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context) => Activation is null
        ? Track(context)
        : Activation.Apply(context, Metric, Track(context), allowNegative: Kind != TargetKind.Utilization);

    /// <inheritdoc/>
    public override int Project(in RuleContext context, int replicas, in Recommendation recommended) =>
        ReplicaCalculator.Project(this, context, replicas, recommended.Value ?? 0);

    /// <summary>A name that was given is the same as one that the metric gives.</summary>
    /// <param name="other">The rule to compare with.</param>
    public bool Equals(TargetTrackingRule? other) => other is not null
        && (Name, Metric, Kind, Target, SkipUnready) == (other.Name, other.Metric, other.Kind, other.Target, other.SkipUnready)
        && (InitializationPeriod, InitialReadinessDelay) == (other.InitializationPeriod, other.InitialReadinessDelay)
        && (Activation, During) == (other.Activation, other.During);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Name, Metric, Kind, Target, SkipUnready, InitializationPeriod, InitialReadinessDelay);

    private Recommendation Track(in RuleContext context) =>
        context.TryRead(Metric, out var reading, out var trouble, allowNegative: Kind != TargetKind.Utilization)
            || ReplicasSuffice(context, reading)
            ? ReplicaCalculator.Recommend(this, context, reading)
            : trouble;

    /// <summary>An average over replicas needs no value over the whole target.</summary>
    private bool ReplicasSuffice(in RuleContext context, MetricReading reading) =>
        Kind == TargetKind.AverageValue
        && reading is { Status: MetricStatus.Missing, Replicas.Length: > 0 }
        && (context.Now - reading.At).Duration() <= context.MaxMetricAge;
}
