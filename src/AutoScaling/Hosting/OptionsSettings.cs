using AutoScaling.Behaviors;
using AutoScaling.Primitives;

namespace AutoScaling.Hosting;

/// <summary>
/// The settings of <see cref="AutoScalingOptions"/> in configuration, and the bounds by which they are checked wherever they come from.
/// </summary>
internal static class OptionsSettings
{
    private static readonly AutoScalingOptions Usual = new();

    /// <summary>The settings of the loop. The options are a mutable class, as users of the options pattern expect.</summary>
    public static SettingsTable<AutoScalingOptions> Loop { get; } = SettingsTable.Of("AutoScaling", Usual, "The settings of the loop.")
        .Duration(
            "interval", "The time between two evaluations of a target whose policy does not say.",
            o => o.Interval, (o, v) => Set(o, () => o.Interval = v), Bounds.Interval)
        .Number(
            "startJitter", "The share of a target's interval over which first evaluations are spread.",
            o => o.StartJitter, (o, v) => Set(o, () => o.StartJitter = v), Bounds.Share)
        .WholeNumber(
            "maxConcurrency", "How many targets are evaluated at once.",
            o => o.MaxConcurrency, (o, v) => Set(o, () => o.MaxConcurrency = v), Bounds.AtLeastOne)
        .Duration(
            "evaluationTimeout",
            "How long an evaluation may take: half of it to read, half of it to scale. "
                + "To save a scaling beforehand may take half of it once more, a scale-down all of it.",
            o => o.EvaluationTimeout, (o, v) => Set(o, () => o.EvaluationTimeout = v), Bounds.WithinADay)
        .WholeNumber(
            "recentRecords", "How many evaluations of each target are kept to be asked for.",
            o => o.RecentRecords, (o, v) => Set(o, () => o.RecentRecords = v), Bounds.AtLeastOne)
        .WholeNumber(
            "recentRecordsInAll",
            "How many evaluations of all targets together are kept: with many targets each keeps fewer, and always its last.",
            o => o.RecentRecordsInAll, (o, v) => Set(o, () => o.RecentRecordsInAll = v), Bounds.AtLeastOne)
        .Duration(
            "saveInterval", "The longest time between a change of what is remembered and its saving, if it is saved at all.",
            o => o.SaveInterval, (o, v) => Set(o, () => o.SaveInterval = v), Bounds.WithinADay)
        .Flag(
            "runLoop", "Whether the host evaluates on its own; if not, its code calls TickAsync.",
            o => o.RunLoop, (o, v) => Set(o, () => o.RunLoop = v))
        .Flag(
            "recommendOnly", "Whether the host scales nothing, but decides, records, exports and explains.",
            o => o.RecommendOnly, (o, v) => Set(o, () => o.RecommendOnly = v))
        .Elsewhere("policies")
        .Elsewhere("commands")
        .Elsewhere("http")
        .Elsewhere("meters")
        .Elsewhere("version")
        .Elsewhere("defaults");

    /// <summary>All that the section holds beside policies.</summary>
    public static SettingsTable<AutoScalingOptions> Section { get; } = Loop.Block(
        "defaults", DefaultsSettings.Table.Doc, o => o.Defaults, (o, v) => Set(o, () => o.Defaults = v), DefaultsSettings.Table);

    private static AutoScalingOptions Set(AutoScalingOptions options, Action set)
    {
        set();
        return options;
    }
}
