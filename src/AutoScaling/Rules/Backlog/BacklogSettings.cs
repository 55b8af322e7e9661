using AutoScaling.Primitives;

namespace AutoScaling.Rules.Backlog;

/// <summary>The settings of a <see cref="BacklogRule"/> in documents.</summary>
internal static class BacklogSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "backlog",
        new BacklogRule { Metric = "queue@app", ThroughputPerReplica = 5 },
        table => table
            .Metric(
                "metric", "The metric that holds the backlog of the whole target, in items.",
                r => r.Metric, (r, v) => r with { Metric = v }, required: true)
            .Metric(
                "arrivalMetric", "The metric that holds the items that arrive per second; null: arrivals are not counted.",
                r => r.ArrivalMetric, (r, v) => r with { ArrivalMetric = v }, none: r => r with { ArrivalMetric = null })
            .Metric(
                "inFlightMetric",
                "The metric that holds the items being worked on, if the backlog does not count them: replicas that work are kept.",
                r => r.InFlightMetric, (r, v) => r with { InFlightMetric = v }, none: r => r with { InFlightMetric = null })
            .Number(
                "throughputPerReplica", "The items that one replica finishes per second.",
                r => r.ThroughputPerReplica, (r, v) => r with { ThroughputPerReplica = v }, Bounds.Positive, required: true)
            .Duration(
                "drainTime", "The time in which the backlog is to be drained.",
                r => r.DrainTime, (r, v) => r with { DrainTime = v }, Bounds.PositiveTime)
            .Activation(r => r.Activation, (r, v) => r with { Activation = v }),
        "Asks for as many replicas as drain a backlog within a time, arrivals included.");
}
