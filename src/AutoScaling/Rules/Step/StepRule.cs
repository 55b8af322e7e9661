using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;
using AutoScaling.Rules;

namespace AutoScaling;

/// <summary>What the amount of a <see cref="ScalingStep"/> means.</summary>
[JsonConverter(typeof(WordConverter<StepAdjustment>))]
public enum StepAdjustment
{
    /// <summary>Replicas to add (or, negative, to remove).</summary>
    Change,

    /// <summary>Percent of the replicas to add (or, negative, to remove), at least one replica.</summary>
    PercentChange,

    /// <summary>The count to have.</summary>
    To,
}

/// <summary>What to do while a metric lies between two values.</summary>
public sealed record ScalingStep
{
    /// <summary>The value from which the step holds, inclusive.</summary>
    /// <value><see langword="null"/> by default: no lower edge.</value>
    public double? From { get; init; }

    /// <summary>The value up to which the step holds, exclusive.</summary>
    /// <value><see langword="null"/> by default: no upper edge.</value>
    public double? Below { get; init; }

    /// <summary>What <see cref="Amount"/> means.</summary>
    /// <value><see cref="StepAdjustment.Change"/> by default.</value>
    public StepAdjustment Adjustment { get; init; }

    /// <summary>The replicas, or the percent of them, to add, to remove or to have.</summary>
    public required int Amount { get; init; }

    internal double Lower => From ?? double.NegativeInfinity;

    internal double Upper => Below ?? double.PositiveInfinity;

    internal int Apply(int current) => Adjustment switch
    {
        StepAdjustment.To => Amount,
        StepAdjustment.Change => Count.Truncate((double)current + Amount),
        _ => Count.Truncate(current + AtLeastOne(Percent(current, Amount))),
    };

    // Multiplied first: 29 % of 100 are 29, and not 28.999999999999996.
    private static double Percent(int current, int percent) => (long)current * percent / 100.0;

    // Between 0 and 1 replica counts as 1, in either direction; beyond that fractions are dropped.
    private static double AtLeastOne(double change) => change switch
    {
        > 0 and < 1 => 1,
        < 0 and > -1 => -1,
        _ => Math.Truncate(change),
    };
}

/// <summary>Adds or removes replicas by the step in which a metric lies.</summary>
/// <remarks>
/// An average is taken over the replicas that serve: readings of those that only start are left out. Where replicas start, are not ready or
/// were only ordered, the load is supposed to spread over them before any are added. Where the source reads single replicas, none are
/// removed while one of them serves without being measured. Source: the step scaling policies of Amazon EC2 Auto Scaling, with the metric's
/// own values as edges (there they are differences to an alarm's threshold).
/// </remarks>
public sealed record StepRule : ScalingRule
{
    private readonly ValueList<ScalingStep> _steps;

    /// <inheritdoc/>
    public override string Name { get; init; } = "step";

    /// <summary>The metric that is looked at.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>Whether the metric is a total over the target (a queue's length), which more replicas do not lower at once.</summary>
    /// <value><see langword="false"/> by default: it is an average over the replicas (CPU use).</value>
    public bool IsTotal { get; init; }

    /// <summary>
    /// How long after its start a replica's reading counts only if all of it was measured while the replica was ready; a total has no such
    /// readings.
    /// </summary>
    /// <value>5 minutes by default; at least 0.</value>
    public TimeSpan InitializationPeriod
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(InitializationPeriod));
    }
    = Warmup.UsualPeriod;

    /// <summary>The steps, which must not overlap. Between them the rule asks for no change.</summary>
    /// <value>At least one.</value>
    public required ImmutableArray<ScalingStep> Steps
    {
        get => _steps;
        init => _steps = Ordered(value);
    }

    /// <summary>From which value of the metric on the rule wants any replicas at all.</summary>
    /// <value><see langword="null"/> by default: it has no such value.</value>
    public Activation? Activation { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => [Metric];

    /// <inheritdoc/>
    public override bool Remembers => Activation is not null;

    /// <inheritdoc/>
    public override bool FollowsCurrent => Steps.Any(s => s.Adjustment != StepAdjustment.To);

    /// <inheritdoc/>
    public override RuleDescription Describe() => new()
    {
        Activation = Activation,
        NeedsReplicas = Activation is null && (!IsTotal || Steps.All(s => s.Apply(0) <= 0)),
        Comparisons =
        [
            new()
            {
                Metric = Metric,
                Setting = "steps",
                NatureSetting = "isTotal",
                Nature = IsTotal ? MetricNature.Total : MetricNature.Average,
                IsPercent = !IsTotal && (Metric.Name is "cpu" or "memory"),
                Edges = [.. Steps.SelectMany(s => new[] { s.From, s.Below }).OfType<double>()],
                Steps = [.. Steps.Select(s => s.Adjustment == StepAdjustment.To
                    ? new DescribedStep { From = s.From, To = s.Amount }
                    : new() { From = s.From, Change = s.Amount })],
            },
        ],
    };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context) => Activation is null
        ? ByStep(context)
        : Activation.Apply(context, Metric, ByStep(context), allowNegative: true);

    /// <inheritdoc/>
    public override int Project(in RuleContext context, int replicas, in Recommendation recommended)
    {
        var value = recommended.Value ?? 0;
        if (IsTotal) return At(value, replicas);

        // On an edge the last bit of the value decides, and after two divisions that bit is rounding: look at both sides of the edge.
        value *= context.Share(Metric, replicas);
        return Math.Max(At(value * (1 - 1e-9), replicas), At(value * (1 + 1e-9), replicas));
    }

    private Recommendation ByStep(in RuleContext context)
    {
        var warmup = new Warmup(InitializationPeriod, Warmup.UsualReadinessDelay);
        WeighedReading weighed;
        MetricReading reading;
        if (IsTotal)
        {
            if (!context.TryRead(Metric, out reading, out var unreadable, allowNegative: true)) return unreadable;
            weighed = new(reading.Value, 1);
        }
        else if (!WeighedReading.TryRead(context, Metric, warmup, out reading, out weighed, out var trouble, allowNegative: true))
        {
            return trouble;
        }

        var (current, value) = (context.Current, weighed.Value);
        var step = Find(value);
        var count = step?.Apply(current) ?? current;
        var undecided = !IsTotal && count < current && context.Coverage(reading).Unmeasured > 0;
        if (undecided) count = current;
        string? detail = null;
        if (count > current && weighed.Share < 1)
        {
            // The replicas that are on their way may be enough, or a smaller step may do; it never becomes a scale-down.
            var smaller = Math.Clamp(At(weighed.Diluted, current), current, count);
            undecided = smaller == current;
            if (smaller < count && !undecided) detail = $"and {Phrase.Of(weighed.Diluted)} once all replicas serve that are on their way";
            count = smaller;
        }

        return new(
            RecommendationKind.Replicas,
            undecided ? RecommendationReason.Undecided : step is null ? RecommendationReason.NoStep : RecommendationReason.Step,
            count,
            Metric,
            value)
        {
            ScaleUpAbove = Edge(step, value, above: true),
            ScaleDownBelow = Edge(step, value, above: false),
            Detail = detail,
        };
    }

    private int At(double value, int replicas) => Find(value)?.Apply(replicas) ?? replicas;

    private ScalingStep? Find(double value)
    {
        foreach (var step in Steps)
        {
            if (value >= step.Lower && value < step.Upper) return step;
        }

        return null;
    }

    /// <summary>The nearest value, above or below, at which another step begins to hold.</summary>
    private double? Edge(ScalingStep? step, double value, bool above)
    {
        if (step is not null) return above ? step.Below : step.From;
        double? edge = null;
        foreach (var other in Steps)
        {
            if (above && other.Lower > value) return other.From;
            if (!above && other.Upper <= value) edge = other.Below;
        }

        return edge;
    }

    /// <summary>What is wrong with a step by itself; <see langword="null"/> if nothing is.</summary>
    internal static string? Broken(ScalingStep step) =>
        !(step.Lower < step.Upper) ? $"Steps Below must be more than From ({Phrase.Exact(step.Lower)}), but is {Phrase.Exact(step.Upper)}."
        : step is { Adjustment: StepAdjustment.To, Amount: < 0 } ? $"Steps To must be at least 0, but is {Phrase.Exact(step.Amount)}."
        : null;

    private static ImmutableArray<ScalingStep> Ordered(ImmutableArray<ScalingStep> steps)
    {
        if (steps.IsDefaultOrEmpty) throw ScalingException.Invalid("Steps must hold at least 1 step, but is empty.");
        var ordered = steps.Sort((a, b) => a.Lower.CompareTo(b.Lower));
        for (var i = 0; i < ordered.Length; i++)
        {
            var step = ordered[i];
            if (Broken(step) is { } sentence) throw ScalingException.Invalid(sentence);
            if (i > 0 && step.Lower < ordered[i - 1].Upper)
                throw ScalingException.Invalid(
                    $"Steps must not overlap: From must be at least {Phrase.Exact(ordered[i - 1].Upper)}, "
                        + $"but is {Phrase.Exact(step.Lower)}.");
        }

        return ordered;
    }
}
