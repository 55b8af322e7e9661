using System.Collections.Immutable;

namespace AutoScaling.Policies;

/// <summary>Finds names of schedules that the policy does not have.</summary>
internal static class ScheduleNames
{
    private const string Schedules = "another rule of type schedule beside it";

    /// <summary>What is wrong with the names in a policy; <see langword="null"/> if nothing is.</summary>
    public static string? Broken(ScalingPolicy policy)
    {
        foreach (var rule in policy.Rules)
        {
            if (rule.During?.Rule is { } during && !Has(policy, during, rule))
                return $"During of '{rule.Name}' must be the name of {Schedules}, or a block with times, but is '{during}'.";
            ImmutableArray<string> own = rule is ScheduleRule schedule ? schedule.Times.ExceptRules : [];
            foreach (var name in own.Concat(rule.During?.ExceptRules ?? []))
            {
                if (!Has(policy, name, rule))
                    return $"Except of '{rule.Name}' must be dates such as 2026-12-25 or the name of {Schedules}, but is '{name}'.";
            }
        }

        return null;
    }

    private static bool Has(ScalingPolicy policy, string name, ScalingRule besides) =>
        policy.Rules.Any(rule => rule is ScheduleRule && rule != besides && string.Equals(rule.Name, name, StringComparison.Ordinal));
}
