namespace AutoScaling.Deciding;

/// <summary>What it means that a rule cannot say, where the policy says so.</summary>
internal static class Meaning
{
    /// <summary>
    /// Puts the policy's word in the place of rules that cannot say. If no rule is left that has a say, they all keep theirs, and replicas
    /// are held.
    /// </summary>
    public static void Apply(ScalingPolicy policy, ScalingState state, in RuleContext context, Recommendation[] said)
    {
        var speak = false;
        foreach (ref readonly var answer in said.AsSpan())
            speak |= answer.Kind == RecommendationKind.Replicas || Failed(policy, state, context, answer) is not null;
        for (var i = 0; i < said.Length; i++)
        {
            ref var answer = ref said[i];
            if (answer is not { Kind: RecommendationKind.Unavailable, Metric: { } metric }) continue;
            if (Failed(policy, state, context, answer) is { } replicas)
            {
                answer = new(RecommendationKind.Replicas, RecommendationReason.Custom, Math.Max(replicas, context.Current), metric)
                {
                    Rule = answer.Rule,
                    Detail = $"{metric} cannot be had, for which the policy wants at least {replicas}",
                };
            }
            else if (speak
                && answer.Reason == RecommendationReason.MetricMissing
                && policy.Expectation(metric) is { IfMissing.IsIgnored: true } expectation
                && Trust.IsDue(expectation, state, context.Now))
            {
                answer = new(RecommendationKind.None, RecommendationReason.Custom, metric: metric)
                {
                    Rule = answer.Rule,
                    Detail = $"{metric} is missing, which the policy ignores",
                };
            }
        }
    }

    private static int? Failed(ScalingPolicy policy, ScalingState state, in RuleContext context, in Recommendation answer) =>
        answer is { Kind: RecommendationKind.Unavailable, Metric: { } metric }
        && answer.Reason is RecommendationReason.MetricFailed or RecommendationReason.MetricStale
            or RecommendationReason.MetricImplausible or RecommendationReason.MetricNegative
        && policy.Expectation(metric) is { IfFailedReplicas: { } replicas } expectation
        && Trust.IsDue(expectation, state, context.Now)
            ? replicas
            : null;
}
