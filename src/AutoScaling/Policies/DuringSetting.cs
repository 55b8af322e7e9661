using System.Text.Json.Nodes;
using AutoScaling.Behaviors;
using AutoScaling.Primitives;

namespace AutoScaling.Policies;

/// <summary>The times at which a rule of any type has a say: a schedule, or the name of a schedule rule of the policy.</summary>
internal static class DuringSetting
{
    public const string Key = "during";

    public const string Doc =
        "When the rule has a say: a block with the times of a schedule, or the name of a schedule of the policy; null: always.";

    public static ScalingRule Read(SettingsReader settings, ScalingRule rule) => settings.IsBlock(Key)
        ? settings.Block(Key, rule, TimesSettings.Table.What, (times, r) => r with { During = TimesSettings.Table.Read(times, new()) })
        : settings.Text(Key, rule, (r, name) => r with { During = new() { Rule = name } }, none: r => r with { During = null });

    /// <summary>What is wrong with times that were not read but made.</summary>
    public static IEnumerable<BrokenSetting> Broken(ScalingSchedule during)
    {
        if (during.Rule is not { } name) return TimesSettings.Table.Broken(during).Select(broken => broken.Below($".{Key}"));
        return during == new ScalingSchedule { Rule = name }
            ? []
            : [new("", $"During must be the name of a schedule or have times of its own, but names '{name}' and has more beside it.")];
    }

    public static JsonNode? Write(ScalingSchedule during) => during.Rule is { } name
        ? SettingKinds.Text().Write("During", name)
        : TimesSettings.Table.Write(during, new(), all: false);
}
