using AutoScaling.Primitives;

namespace AutoScaling.Rules.Queueing;

/// <summary>The settings of a <see cref="QueueingRule"/> in documents.</summary>
internal static class QueueingSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "latency",
        new QueueingRule { ArrivalMetric = "request_rate", Objective = TimeSpan.FromMilliseconds(500) },
        table => table
            .Metric(
                "arrivalMetric", "The metric that holds the requests that arrive at the whole target per second.",
                r => r.ArrivalMetric, (r, v) => r with { ArrivalMetric = v }, required: true)
            .Duration(
                "objective", "The response time, waiting included, that most requests should not exceed.",
                r => r.Objective, (r, v) => r with { Objective = v }, Bounds.PositiveTime, required: true)
            .Number(
                "percentile", "How many of a hundred responses should be within the objective.",
                r => r.Percentile, (r, v) => r with { Percentile = v }, QueueingRule.Percentiles)
            .Duration(
                "serviceTime", "How long a request is served on average, without waiting; null: learned from utilizationMetric.",
                r => r.ServiceTime, (r, v) => r with { ServiceTime = v }, Bounds.PositiveTime, none: r => r with { ServiceTime = null })
            .Metric(
                "utilizationMetric",
                "How busy the replicas are, in percent of what they can do at once; the service time is learned from it.",
                r => r.UtilizationMetric, (r, v) => r with { UtilizationMetric = v })
            .WholeNumber(
                "concurrencyPerReplica", "How many requests a replica serves at the same time.",
                r => r.ConcurrencyPerReplica, (r, v) => r with { ConcurrencyPerReplica = v }, Bounds.AtLeastOne)
            .Number(
                "maxUtilization",
                "The part of what the replicas can do at once that may be busy on average, in percent, whatever the objective allows.",
                r => r.MaxUtilization, (r, v) => r with { MaxUtilization = v }, QueueingRule.Utilizations)
            .Metric(
                "latencyMetric",
                "The measured response time at the percentile, in seconds, which corrects the model; null: it is not corrected.",
                r => r.LatencyMetric, (r, v) => r with { LatencyMetric = v }, none: r => r with { LatencyMetric = null })
            .Check(r => r.ServiceTime >= r.Objective
                ? $"Objective must be more than ServiceTime ({Phrase.Exact(r.ServiceTime)}), but is {Phrase.Exact(r.Objective)}."
                : null),
        "Asks for the least replicas that keep response times to an objective, by queueing theory.");
}
