using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Asks for as many replicas as drain a backlog within a time, arrivals included: <c>ceil((backlog / drain time + arrivals) / throughput)</c>.</summary>
/// <remarks>Source: "backlog per instance" in Amazon EC2 Auto Scaling's guide to scaling on a queue, with the arrivals added that come while it drains.</remarks>
public sealed record BacklogRule : ScalingRule
{
    /// <inheritdoc/>
    public override string Name { get; init; } = "backlog";

    /// <summary>The metric that holds the backlog of the whole target, in items.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>The metric that holds the items that arrive per second.</summary>
    /// <value><see langword="null"/> by default: arrivals are not counted.</value>
    public MetricRef? ArrivalMetric { get; init; }

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

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => ArrivalMetric is null ? [Metric] : [Metric, ArrivalMetric];

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
        return new() { Comparisons = ArrivalMetric is { } arrivals ? [backlog, backlog with { Metric = arrivals, Edges = [ThroughputPerReplica] }] : [backlog] };
    }

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        if (!context.TryRead(Metric, out var backlog, out var trouble)) return trouble;

        var arrivals = 0.0;
        if (ArrivalMetric is not null)
        {
            if (context.TryRead(ArrivalMetric, out var reading, out trouble)) arrivals = reading.Value;
            else if (For(backlog.Value, 0) <= context.Current) return trouble; // the backlog alone may ask for more, never for fewer
        }

        // One replica fewer suffices below, one more is needed above.
        var drains = DrainTime.TotalSeconds;
        double Edge(int replicas) => Math.Max(0, ((replicas * ThroughputPerReplica) - arrivals) * drains);
        return new(RecommendationKind.Replicas, RecommendationReason.Backlog, For(backlog.Value, arrivals), Metric, backlog.Value)
        {
            ScaleUpAbove = Edge(context.Current),
            ScaleDownBelow = Edge(context.Current - 1),
        };
    }

    private int For(double backlog, double arrivals) => Count.Ceiling(((backlog / DrainTime.TotalSeconds) + arrivals) / ThroughputPerReplica);
}
