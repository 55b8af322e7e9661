namespace AutoScaling.Simulation.Lint;

/// <summary>Says whose doing a decision is, and at what reading.</summary>
internal static class LintBlame
{
    /// <summary>The rule among those that ask for counts, and its reading as the middle of a sentence.</summary>
    public static (int Rule, string Value) Of(ScalingDecision decision)
    {
        var all = decision.Recommendations;
        var asking = Enumerable.Range(0, all.Length).Where(i => all[i].Kind == RecommendationKind.Replicas).ToList();

        // The count may have changed because a rule of the user's own narrowed the range; then no rule asked for it.
        if (asking.Count == 0) return (0, "");

        // Where rules are added up, none of them asks for the sum: then the first one is named.
        var exact = asking.FindIndex(i => all[i].Replicas == decision.Recommended);
        var rule = asking[Math.Max(0, exact)];
        return (rule, all[rule] is { Metric: { } metric, Value: { } value } ? $" and {metric} at {LintText.Of(value)}" : "");
    }
}
