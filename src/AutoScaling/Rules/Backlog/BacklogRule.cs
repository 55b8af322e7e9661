using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// Asks for as many replicas as drain a backlog within a time, arrivals included: <c>ceil((backlog / drain time + arrivals) /
/// throughput)</c>.
/// </summary>
/// <remarks>
/// Source: "backlog per instance" in Amazon EC2 Auto Scaling's guide to scaling on a queue, with the arrivals added that come while it
/// drains.
/// </remarks>
public sealed record BacklogRule : ScalingRule
{
    /// <inheritdoc/>
    public override string Name { get; init; } = "backlog";

    /// <summary>The metric that holds the backlog of the whole target, in items.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>The metric that holds the items that arrive per second.</summary>
    /// <value><see langword="null"/> by default: arrivals are not counted.</value>
    public MetricRef? ArrivalMetric { get; init; }

    /// <summary>
    /// The metric that holds the items that are being worked on, over the whole target, where the backlog does not count them.
    /// </summary>
    /// <value><see langword="null"/> by default: it is not known what is being worked on.</value>
    /// <remarks>
    /// While there are any, the rule asks for no fewer than there are items or, if these are fewer, replicas, and never for 0: nobody knows
    /// which replica works, so none is taken away that might. They do not add to the backlog.
    /// </remarks>
    public MetricRef? InFlightMetric { get; init; }

    /// <summary>The items that one replica finishes per second.</summary>
    /// <value>More than 0.</value>
    public required double ThroughputPerReplica
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(ThroughputPerReplica));
    }

    /// <summary>The time in which the backlog is to be drained.</summary>
    /// <value>60 s by default; more than 0.</value>
    public TimeSpan DrainTime
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(DrainTime));
    }
    = TimeSpan.FromSeconds(60);

    /// <summary>From which value of the metric on the rule wants any replicas at all.</summary>
    /// <value><see langword="null"/> by default: it has no such value.</value>
    public Activation? Activation { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => (ArrivalMetric, InFlightMetric) switch
    {
        (null, null) => [Metric],
        ({ } arrivals, null) => [Metric, arrivals],
        (null, { } inFlight) => [Metric, inFlight],
        ({ } arrivals, { } inFlight) => [Metric, arrivals, inFlight],
    };

    /// <inheritdoc/>
    public override bool Remembers => Activation is not null;

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    /// <inheritdoc/>
    public override RuleDescription Describe()
    {
        var backlog = new MetricComparison
        {
            Metric = Metric,
            Setting = "throughputPerReplica",
            Nature = MetricNature.TotalPerReplica,
            Edges = [ThroughputPerReplica * DrainTime.TotalSeconds],
        };
        var comparisons = ImmutableArray.Create(backlog);
        if (ArrivalMetric is { } arrivals)
            comparisons = comparisons.Add(backlog with { Metric = arrivals, Edges = [ThroughputPerReplica] });
        if (InFlightMetric is { } inFlight)
            comparisons = comparisons.Add(backlog with { Metric = inFlight, Setting = "inFlightMetric", Edges = [1] });
        return new() { Comparisons = comparisons, Activation = Activation };
    }

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        var answer = Drain(context, out var isBusy);
        return Activation is null ? answer : Activation.Apply(context, Metric, answer, isBusy);
    }

    private Recommendation Drain(in RuleContext context, out bool isBusy)
    {
        isBusy = false;
        if (!context.TryRead(Metric, out var backlog, out var trouble)) return trouble;

        // A metric that cannot be read does not keep the others from asking for more, but nothing asks for fewer without it.
        var arrivals = 0.0;
        Recommendation? unread = null;
        if (ArrivalMetric is not null)
        {
            if (context.TryRead(ArrivalMetric, out var reading, out trouble)) arrivals = reading.Value;
            else unread = trouble;
        }

        var (count, working) = (For(backlog.Value, arrivals), 0.0);
        if (InFlightMetric is not null)
        {
            if (context.TryRead(InFlightMetric, out var reading, out trouble)) working = reading.Value;
            else unread ??= trouble;
        }

        isBusy = working > 0;
        var least = isBusy ? Math.Max(1, Math.Min(context.Current, Count.Needed(working))) : 0;
        var isHeld = least > count;
        count = Math.Max(count, least);
        if (unread is { } blind && count <= context.Current) return blind;

        // One replica fewer suffices below, one more is needed above.
        var drains = DrainTime.TotalSeconds;
        double Edge(int replicas) => Math.Max(0, ((replicas * ThroughputPerReplica) - arrivals) * drains);
        return new(RecommendationKind.Replicas, RecommendationReason.Backlog, count, Metric, backlog.Value)
        {
            ScaleUpAbove = Edge(context.Current),
            ScaleDownBelow = Edge(context.Current - 1),
            Detail = isHeld ? $"and {Phrase.Of(working)} are being worked on" : null,
        };
    }

    private int For(double backlog, double arrivals) =>
        Count.Needed(((backlog / DrainTime.TotalSeconds) + arrivals) / ThroughputPerReplica);
}
