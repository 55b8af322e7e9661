namespace AutoScaling.Simulation;

/// <summary>Finds targets that the metric cannot reach, always exceeds, or that adding replicas does not bring nearer.</summary>
internal static class TargetLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var tolerance = subject.Policy.Behavior.ScaleUp.Tolerance;
        for (var i = 0; i < subject.Rules.Length; i++)
        {
            foreach (var (setting, message) in Of(subject.Rules[i], tolerance, subject.Policy.Range))
                yield return LintSubject.Find("unreachable-target", $"rules[{i}].{setting}", message);
        }
    }

    private static IEnumerable<(string Setting, string Message)> Of(ScalingRule rule, double tolerance, ReplicaRange range) => rule switch
    {
        ThresholdRule threshold =>
        [
            .. OfPercent("cpuTarget", threshold.CpuMetric, threshold.CpuTarget, 0),
            .. threshold.MemoryTarget is { } memory ? OfPercent("memoryTarget", threshold.MemoryMetric, memory, 0) : [],
        ],
        TargetTrackingRule { Kind: TargetKind.Utilization } tracking => OfPercent("target", tracking.Metric, tracking.Target, tolerance),
        TargetTrackingRule { Kind: TargetKind.TotalValue } tracking when Is(tracking.Metric, MetricRef.RequestRate) => OfTotal(tracking, tolerance, range),
        StepRule { IsTotal: false } steps when Is(steps.Metric, MetricRef.Cpu) || Is(steps.Metric, MetricRef.Memory) => OfSteps(steps, range),
        _ => [],
    };

    private static bool Is(MetricRef metric, MetricRef known) => string.Equals(metric.Name, known.Name, StringComparison.Ordinal);

    private static IEnumerable<(string Setting, string Message)> OfPercent(string setting, MetricRef metric, double target, double tolerance)
    {
        var edge = target * (1 + tolerance);
        if (target <= 1)
        {
            yield return (setting, $"{metric} is percent, so {LintText.Of(target)} is {LintText.Of(target)} % and not {LintText.Of(target * 100)} %: "
                + $"the least use asks for more replicas, up to the most there may be. Set it to {LintText.Of(target * 100)} if that share is meant.");
        }
        else if (edge >= 100)
        {
            var with = tolerance > 0 ? $" (the target of {LintText.Of(target)} and a tolerance of {LintText.Of(tolerance)})" : "";
            yield return (setting, $"Replicas are added only above {LintText.Of(edge)} % {metric}{with}, and replicas that may use no more than they requested never use more than 100 %: "
                + $"in full use they stay as few as they are. Set the target below {LintText.Below(100 / (1 + tolerance))}, unless replicas may use more than they request.");
        }
    }

    private static IEnumerable<(string Setting, string Message)> OfSteps(StepRule rule, ReplicaRange range)
    {
        var edges = rule.Steps.SelectMany(s => new[] { s.From, s.Below }).OfType<double>().ToList();
        if (edges.Count > 0 && edges.Max() is > 0 and <= 1)
        {
            yield return ("steps", $"{rule.Metric} is percent, and no step begins or ends above {LintText.Of(edges.Max())} %: nearly any use lies beyond them all. "
                + $"Set them in percent, such as {LintText.Of(edges.Max() * 100)} for {LintText.Of(edges.Max())}.");
        }

        var adding = rule.Steps.FirstOrDefault(step => step.Adjustment == StepAdjustment.To ? step.Amount > range.Min : step.Amount > 0);
        if (adding?.From >= 100)
        {
            yield return ("steps", $"Replicas are added only from {LintText.Of(adding.From.Value)} % {rule.Metric}, and replicas that may use no more than they requested hardly ever use all of it: "
                + "in full use they stay as few as they are. Let the first step that adds begin below 100, unless replicas may use more than they request.");
        }
    }

    private static IEnumerable<(string Setting, string Message)> OfTotal(TargetTrackingRule rule, double tolerance, ReplicaRange range)
    {
        yield return ("kind", $"{rule.Metric} is a total that more replicas do not lower, and TotalValue multiplies the replicas by its ratio to {LintText.Of(rule.Target)} at each evaluation: "
            + $"above {LintText.Of(rule.Target * (1 + tolerance))} they grow to {range.Max}, whatever the load. Use TotalPerReplica, with what one replica is to serve.");
    }
}
