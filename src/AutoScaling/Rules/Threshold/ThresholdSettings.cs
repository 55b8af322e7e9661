using AutoScaling.Primitives;

namespace AutoScaling.Rules.Threshold;

/// <summary>The settings of a <see cref="ThresholdRule"/> in documents, and those of them that may stand at a policy itself.</summary>
internal static class ThresholdSettings
{
    /// <summary>The short form: the settings that are short for one threshold rule where they stand at a policy.</summary>
    public static SettingsTable<ThresholdRule> Short { get; } = SettingsTable.Of("a policy", new ThresholdRule())
        .Number(
            "cpuTarget", "The CPU use in percent above which replicas are added; below half of it they are removed.",
            r => r.CpuTarget, (r, v) => r with { CpuTarget = v }, Bounds.Positive)
        .Number(
            "memoryTarget", "The memory use in percent above which replicas are added; null: memory is not looked at.",
            r => r.MemoryTarget, (r, v) => r with { MemoryTarget = v }, Bounds.Positive, none: r => r with { MemoryTarget = null })
        .Flag(
            "exactArithmetic", "Whether 0.7 times the replicas are rounded up and nothing else, so that 3 replicas never become fewer.",
            r => r.ExactArithmetic, (r, v) => r with { ExactArithmetic = v });

    public static RuleType Type { get; } = RuleType.Create(
        "threshold",
        new ThresholdRule(),
        table => table
            .Include(Short)
            .Metric("cpuMetric", "The metric that holds the CPU use in percent.", r => r.CpuMetric, (r, v) => r with { CpuMetric = v })
            .Metric(
                "memoryMetric", "The metric that holds the memory use in percent.",
                r => r.MemoryMetric, (r, v) => r with { MemoryMetric = v })
            .Duration(
                "initializationPeriod",
                "How long after its start a replica's reading counts only if all of it was measured while the replica was ready.",
                r => r.InitializationPeriod, (r, v) => r with { InitializationPeriod = v }, Bounds.Time),
        "Steps by a factor when CPU or memory use crosses a threshold.",
        Of);

    /// <summary>The rule of a policy that says nothing.</summary>
    public static ThresholdRule Of(PolicyDefaults defaults) =>
        new() { CpuTarget = defaults.CpuTarget, MemoryTarget = defaults.MemoryTarget };

    /// <summary>Whether the short form says all there is to say of a rule.</summary>
    public static bool IsShort(ThresholdRule rule) => rule == new ThresholdRule
    {
        CpuTarget = rule.CpuTarget,
        MemoryTarget = rule.MemoryTarget,
        ExactArithmetic = rule.ExactArithmetic,
    };
}
