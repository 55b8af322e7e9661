namespace AutoScaling.Simulation.Lint;

/// <summary>Finds targets that the metric cannot reach, always exceeds, or that adding replicas does not bring nearer.</summary>
internal static class TargetLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var tolerance = subject.Policy.Behavior.ScaleUp.Tolerance;
        foreach (var rule in subject.Rules)
        {
            foreach (var comparison in rule.Description?.Comparisons ?? [])
            {
                foreach (var (setting, message) in Of(comparison, comparison.HasTolerance ? tolerance : 0, subject.Policy.Range))
                    yield return LintFinding.Of("unreachable-target", rule.Path(setting), message);
            }
        }
    }

    private static IEnumerable<(string Setting, string Message)> Of(MetricComparison comparison, double tolerance, ReplicaRange range) =>
        comparison switch
        {
            { IsPercent: true, Target: { } target } => OfPercent(comparison, target, tolerance),
            { IsPercent: true, Steps.IsEmpty: false } => OfSteps(comparison, range),

            // Whether replicas lower other metrics that are compared as they are, such as a response time, is not known.
            { Nature: MetricNature.Total, Target: { } target } when IsRequestRate(comparison.Metric) =>
                OfTotal(comparison, target, tolerance, range),
            _ => [],
        };

    private static bool IsRequestRate(MetricRef metric) => string.Equals(metric.Name, MetricRef.RequestRate.Name, StringComparison.Ordinal);

    private static IEnumerable<(string Setting, string Message)> OfPercent(MetricComparison comparison, double target, double tolerance)
    {
        var edge = target * (1 + tolerance);
        if (target <= 1)
        {
            yield return (
                comparison.Setting,
                $"{comparison.Metric} is percent, "
                    + $"so {LintText.Of(target)} is {LintText.Of(target)} % and not {LintText.Of(target * 100)} %: "
                    + "the least use asks for more replicas, up to the most there may be. "
                    + $"Set it to {LintText.Of(target * 100)} if that share is meant.");
        }
        else if (edge >= 100)
        {
            var with = tolerance > 0 ? $" (the target of {LintText.Of(target)} and a tolerance of {LintText.Of(tolerance)})" : "";
            yield return (
                comparison.Setting,
                $"Replicas are added only above {LintText.Of(edge)} % {comparison.Metric}{with}, "
                    + "and replicas that may use no more than they requested never use more than 100 %: "
                    + "in full use they stay as few as they are. "
                    + $"Set the target below {LintText.Below(100 / (1 + tolerance))}, unless replicas may use more than they request.");
        }
    }

    private static IEnumerable<(string Setting, string Message)> OfSteps(MetricComparison comparison, ReplicaRange range)
    {
        var last = comparison.Edges.DefaultIfEmpty().Max();
        if (last is > 0 and <= 1)
        {
            yield return (
                comparison.Setting,
                $"{comparison.Metric} is percent, and no step begins or ends above {LintText.Of(last)} %: "
                    + "nearly any use lies beyond them all. "
                    + $"Set them in percent, such as {LintText.Of(last * 100)} for {LintText.Of(last)}.");
        }

        var adding = comparison.Steps.FirstOrDefault(step => step.To is { } to ? to > range.Min : step.Change > 0);
        if (adding?.From is >= 100)
        {
            yield return (
                comparison.Setting,
                $"Replicas are added only from {LintText.Of(adding.From.Value)} % {comparison.Metric}, "
                    + "and replicas that may use no more than they requested hardly ever use all of it: "
                    + "in full use they stay as few as they are. "
                    + "Let the first step that adds begin below 100, unless replicas may use more than they request.");
        }
    }

    private static IEnumerable<(string Setting, string Message)> OfTotal(
        MetricComparison comparison, double target, double tolerance, ReplicaRange range)
    {
        yield return (
            comparison.NatureSetting ?? comparison.Setting,
            $"{comparison.Metric} is a total that more replicas do not lower, "
                + $"and TotalValue multiplies the replicas by its ratio to {LintText.Of(target)} at each evaluation: "
                + $"above {LintText.Of(target * (1 + tolerance))} they grow to {range.Max}, whatever the load. "
                + "Use TotalPerReplica, with what one replica is to serve.");
    }
}
