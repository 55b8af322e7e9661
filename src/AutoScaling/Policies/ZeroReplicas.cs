namespace AutoScaling.Policies;

/// <summary>Finds policies that go to 0 replicas and never come back: they are refused when they are loaded.</summary>
internal static class ZeroReplicas
{
    private const string Remedy =
        "Set min to 1, add a rule on a total, such as a backlog or a targetTracking of kind totalPerReplica, set activation in a rule "
        + "whose metric exists without replicas, or let a fixed rule or a schedule with a floor decide about 0.";

    /// <summary>What is wrong with a policy; <see langword="null"/> if there is a way back, or none to 0.</summary>
    /// <remarks>A rule that does not describe itself may see anything, so it is believed to see load.</remarks>
    public static string? Broken(ScalingPolicy policy)
    {
        if (policy.Range is not { Min: 0, Max: > 0 }) return null;
        string? blind = null;
        var sees = false;
        foreach (var rule in policy.Rules)
        {
            var description = rule.Describe();
            if (description?.Count is { } count)
            {
                // Whoever writes down a count has decided about 0. So does a floor or an exact count above 0, but no ceiling, and nothing
                // that is put on top: rules do not see it.
                if (count.Kind == RecommendationKind.Replicas) return null;
                if (count.Kind is RecommendationKind.Floor or RecommendationKind.Exact && count.Replicas > 0) return null;
            }
            else if (description is { NeedsReplicas: true })
            {
                blind ??= rule.Name;
            }
            else
            {
                sees |= !rule.OnlyBounds;
            }
        }

        // Under min the smallest count wins, and that is 0, by the rule that sees no load.
        return blind is null || (sees && policy.Combine != RuleCombination.Min)
            ? null
            : $"Min must be at least 1 where nothing leads back from 0 replicas, but is 0, "
                + $"and '{blind}' sees no load without replicas. {Remedy}";
    }
}
