using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds policies that take back what a forecast gains: it asks early, and lets go in time, and they do neither.</summary>
internal static class ForecastLint
{
    // A forecast may keep its own highest count for so long; what is kept longer than that is no saving any more.
    private static readonly TimeSpan MostHold = TimeSpan.FromMinutes(10);

    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        foreach (var rule in subject.Rules)
        {
            if (rule.Rule is not ForecastRule forecast) continue;
            var (up, down) = (subject.Policy.Behavior.ScaleUp, subject.Policy.Behavior.ScaleDown);
            var delay = forecast.StartDelay ?? subject.StartDelay;
            foreach (var (setting, time) in Times(up))
            {
                if (time > delay) yield return Late(rule, $"behavior.scaleUp.{setting}", time, delay);
            }

            foreach (var (setting, time) in Times(down))
            {
                if (time > MostHold) yield return Kept(rule, $"behavior.scaleDown.{setting}", time);
            }

            if (forecast.Load is null && RateElsewhere(subject, rule) is { } rate) yield return Blind(rule, forecast, rate);
        }
    }

    private static (string Setting, TimeSpan Time)[] Times(DirectionBehavior behavior) =>
        [("cooldown", behavior.Cooldown), ("stabilizationWindow", behavior.StabilizationWindow)];

    /// <summary>A request rate that another rule of the policy reads.</summary>
    private static MetricRef? RateElsewhere(LintSubject subject, LintRule forecast) => subject.Rules
        .Where(rule => rule.Index != forecast.Index)
        .SelectMany(rule => rule.Rule is QueueingRule queueing ? [queueing.ArrivalMetric]
            : rule.Rule is BacklogRule { ArrivalMetric: { } arrivals } ? [arrivals]
            : rule.Rule is ForecastRule { Load: { } load } ? [load]
            : rule.Rule.Metrics.Where(IsRate))
        .FirstOrDefault();

    private static bool IsRate(MetricRef metric) =>
        string.Equals(metric.Name, MetricRef.RequestRate.Name, StringComparison.OrdinalIgnoreCase);

    private static LintFinding Late(LintRule rule, string setting, TimeSpan time, TimeSpan delay) => LintFinding.Of(
        "held-forecast",
        setting,
        $"It is {Phrase.Exact(time)}, longer than the {Phrase.Exact(delay)} that replicas take to start, "
            + $"so '{rule.Rule.Name}' asks in time, and replicas are added after the load that was forecast has come. "
            + $"Set it to {Phrase.Exact(delay)} or less; the rule counts what is on its way.");

    private static LintFinding Kept(LintRule rule, string setting, TimeSpan time) => LintFinding.Of(
        "held-forecast",
        setting,
        $"It is {Phrase.Exact(time)}, so replicas that '{rule.Rule.Name}' lets go are kept for that long, "
            + "which costs more than a forecast saves. "
            + $"Set it to {Phrase.Exact(MostHold)} or less; the rule has a hold of its own.");

    private static LintFinding Blind(LintRule rule, ForecastRule forecast, MetricRef rate) => LintFinding.Of(
        "blind-forecast",
        rule.Path("load"),
        $"'{rule.Rule.Name}' sees the load by {forecast.Metric} alone, which ends at 100 %, "
            + $"so it does not see how much is missing when all replicas are in full use; another rule of the policy reads {rate}. "
            + $"Set it to {rate}.");
}
