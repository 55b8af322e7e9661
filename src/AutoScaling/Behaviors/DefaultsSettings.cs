using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>The settings of <see cref="PolicyDefaults"/> in documents.</summary>
internal static class DefaultsSettings
{
    public static SettingsTable<PolicyDefaults> Table { get; } = SettingsTable
        .Of("the defaults", PolicyDefaults.Library, "What policies have that leave a setting out.")
        .RangeEnds(d => d.Range, (d, v) => d with { Range = v })
        .Number(
            "cpuTarget", "The CPU use in percent that the threshold rule keeps.",
            d => d.CpuTarget, (d, v) => d with { CpuTarget = v }, Bounds.Positive)
        .Number(
            "memoryTarget", "The memory use in percent above which the threshold rule adds replicas; null: memory is not looked at.",
            d => d.MemoryTarget, (d, v) => d with { MemoryTarget = v }, Bounds.Positive, none: d => d with { MemoryTarget = null })
        .Duration(
            "scaleUpCooldown", "The cooldown of scale-ups; a policy says behavior.scaleUp.cooldown.",
            d => d.ScaleUpCooldown, (d, v) => d with { ScaleUpCooldown = v }, Bounds.UpToADay)
        .Duration(
            "scaleDownCooldown", "The cooldown of scale-downs; a policy says behavior.scaleDown.cooldown.",
            d => d.ScaleDownCooldown, (d, v) => d with { ScaleDownCooldown = v }, Bounds.UpToADay);
}
