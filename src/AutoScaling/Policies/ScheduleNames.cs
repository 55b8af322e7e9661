namespace AutoScaling.Policies;

/// <summary>Finds names of schedules that the policy does not have.</summary>
internal static class ScheduleNames
{
    /// <summary>What is wrong with the names in a policy; <see langword="null"/> if nothing is.</summary>
    public static string? Broken(ScalingPolicy policy)
    {
        foreach (var rule in policy.Rules)
        {
            if (rule.During?.Rule is { } during && !Has(policy, during, rule))
                return $"During of '{rule.Name}' must be the name of another rule of type schedule in the policy, or a block with times, but is '{during}'.";
            foreach (var name in (rule as ScheduleRule)?.Times.ExceptRules.Concat(rule.During?.ExceptRules ?? []) ?? rule.During?.ExceptRules ?? [])
            {
                if (!Has(policy, name, rule))
                    return $"Except of '{rule.Name}' must be dates such as 2026-12-25 or names of other rules of type schedule in the policy, but is '{name}'.";
            }
        }

        return null;
    }

    private static bool Has(ScalingPolicy policy, string name, ScalingRule besides) =>
        policy.Rules.Any(rule => rule is ScheduleRule && rule != besides && string.Equals(rule.Name, name, StringComparison.Ordinal));
}
