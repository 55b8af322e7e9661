using AutoScaling.Primitives;

namespace AutoScaling.Rules.TargetTracking;

/// <summary>The settings of a <see cref="TargetTrackingRule"/> in documents.</summary>
internal static class TargetTrackingSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "targetTracking",
        new TargetTrackingRule { Metric = "requests@app", Target = 100 },
        table => table
            .Metric("metric", "The metric to keep at its target.", r => r.Metric, (r, v) => r with { Metric = v }, required: true)
            .Choice(
                "kind", "What of the metric is kept: the use of what the replicas requested in percent, their average, or a total.",
                r => r.Kind, (r, v) => r with { Kind = v })
            .Number(
                "target", "The value to keep: percent for a utilization, otherwise in the metric's own unit.",
                r => r.Target, (r, v) => r with { Target = v }, Bounds.Positive, required: true)
            .Flag(
                "skipUnready", "Whether a replica counts only once it is ready; null: only for cpu, as in Kubernetes.",
                r => r.SkipUnready, (r, v) => r with { SkipUnready = v }, none: r => r with { SkipUnready = null })
            .Duration(
                "initializationPeriod",
                "How long after its start a replica's reading counts only if all of it was measured while the replica was ready.",
                r => r.InitializationPeriod, (r, v) => r with { InitializationPeriod = v }, Bounds.Time)
            .Duration(
                "initialReadinessDelay", "How long after its start a replica that never became ready still counts as starting.",
                r => r.InitialReadinessDelay, (r, v) => r with { InitialReadinessDelay = v }, Bounds.Time)
            .Activation(r => r.Activation, (r, v) => r with { Activation = v })
            .Check(r => r is { Activation: not null, Kind: TargetKind.Utilization }
                ? "Activation must be left out or on a metric that exists without replicas, but Kind is Utilization: percent of what "
                    + "replicas requested."
                : null),
        "Keeps a metric at a target, with the arithmetic of the Kubernetes HPA.");
}
