using System.Diagnostics.Metrics;
using AutoScaling.Evaluating;

namespace AutoScaling.Hosting;

/// <summary>
/// How the host's targets stand, for the meter: those that have a policy now, and only in the copy that leads, as the others know nothing
/// of what it does.
/// </summary>
internal sealed class TargetGauges
{
    private const string Replicas = "{replica}";

    private readonly TargetRegistry _targets;
    private readonly LeaderGate _gate;
    private readonly Telemetry _telemetry;

    private TargetGauges(TargetRegistry targets, LeaderGate gate, Telemetry telemetry) =>
        (_targets, _gate, _telemetry) = (targets, gate, telemetry);

    private IEnumerable<ManagedTarget> Targets => _gate.IsShared ? _targets.All.Where(t => _gate.TermOf(t.Target) is not null)
        : _gate.Term is null ? [] : _targets.All;

    /// <summary>Shows the targets, from the moment at which there is a meter.</summary>
    /// <returns>The meter.</returns>
    public static Telemetry Show(Telemetry telemetry, TargetRegistry targets, LeaderGate gate, TimeProvider time)
    {
        var gauges = new TargetGauges(targets, gate, telemetry);
        void Show(string name, string description, Func<ManagedTarget, int?> count) =>
            telemetry.ObserveCounts($"autoscaling.replicas.{name}", Replicas, description, () => gauges.Counts(count));

        Show("min", "The least replicas that there may be: the policy's, as its schedules narrow it.", t => t.Range.Min);
        Show("max", "The most replicas that there may be: the policy's, as its schedules narrow it.", t => t.Range.Max);
        Show("desired", "The replicas that the target was found to be set to at the last evaluation.", t => t.LastReplicas?.Desired);
        Show("ready", "The replicas that were ready at the last evaluation.", t => t.LastReplicas?.Ready);
        Show("wanted", "The replicas that the last decision wants.", t => t.LastWanted);
        telemetry.ObserveCounts(
            "autoscaling.paused",
            "{target}",
            "1 while a person or the policy pauses the target or holds its count, otherwise 0.",
            () => gauges.Counts(t => t.OverrideAt(time.GetUtcNow()) is null ? 0 : 1));
        telemetry.ObserveCounts(
            "autoscaling.shadow.replicas.wanted",
            Replicas,
            "The replicas that the last decision of each shadow wants.",
            gauges.CountsOfShadows);
        telemetry.ObserveValues(
            "autoscaling.metric.value", "What each rule's metric was at the last evaluation.", () => gauges.Values(said => said.Value));
        telemetry.ObserveValues(
            "autoscaling.metric.target", "What each rule keeps its metric at.", () => gauges.Values(said => said.Target));
        if (gate.IsElected) telemetry.ObserveLeader(() => gate.Term is not null);
        return telemetry;
    }

    private IEnumerable<Measurement<int>> Counts(Func<ManagedTarget, int?> count)
    {
        foreach (var target in Targets)
        {
            if (count(target) is { } counted) yield return new(counted, _telemetry.TagsOf(target.Target));
        }
    }

    private IEnumerable<Measurement<int>> CountsOfShadows()
    {
        foreach (var target in Targets)
        {
            foreach (var run in target.Shadows)
            {
                if (run.Last?.Decision is not { } decision) continue;
                yield return new(decision.To, _telemetry.TagsOf(target.Target, TelemetryTags.Tag(TelemetryTags.Shadow, run.Shadow.Name)));
            }
        }
    }

    /// <summary>A value for each metric that decided for a rule; none for what could not be read at the last evaluation.</summary>
    private IEnumerable<Measurement<double>> Values(Func<Recommendation, double?> value)
    {
        foreach (var target in Targets)
        {
            foreach (var said in target.LastSaid)
            {
                if (said is not { Kind: not RecommendationKind.Unavailable, Metric: { } metric } || value(said) is not { } measured)
                    continue;
                yield return new(
                    measured,
                    _telemetry.TagsOf(
                        target.Target,
                        TelemetryTags.Tag(TelemetryTags.Rule, said.Rule),
                        TelemetryTags.Tag(TelemetryTags.Metric, metric.ToString())));
            }
        }
    }
}
