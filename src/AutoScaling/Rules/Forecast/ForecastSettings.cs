using AutoScaling.Primitives;

namespace AutoScaling.Rules.Forecast;

/// <summary>The settings of a <see cref="ForecastRule"/> in documents.</summary>
internal static class ForecastSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "forecast",
        new ForecastRule(),
        table => table
            .Metric(
                "metric", "The utilization to keep at its target, in percent.",
                r => r.Metric, (r, v) => r with { Metric = v }, required: true)
            .Number(
                "target", "The utilization that target tracking keeps, which decides until the forecast is better.",
                r => r.Target, (r, v) => r with { Target = v }, Bounds.Positive, required: true)
            .Metric(
                "load",
                "A metric of the whole load that does not saturate, such as requests per second; null: the utilization shows the load.",
                r => r.Load, (r, v) => r with { Load = v }, none: r => r with { Load = null })
            .Number(
                "objective", "The utilization up to which a replica serves well; null: the target divided by 0.875.",
                r => r.Objective, (r, v) => r with { Objective = v }, none: r => r with { Objective = null })
            .Number(
                "shortageWeight", "What it costs to serve the load of one replica too short, in replicas.",
                r => r.ShortageWeight, (r, v) => r with { ShortageWeight = v })
            .Duration(
                "startDelay", "How long a replica takes from being asked for to serving; null: learned from the replicas.",
                r => r.StartDelay, (r, v) => r with { StartDelay = v }, none: r => r with { StartDelay = null })
            .Duration(
                "hold", "For how long the highest count that was forecast is kept on the way down.",
                r => r.Hold, (r, v) => r with { Hold = v })
            .Choice(
                "mode", "Whether the forecast is only shown, or decides while it is better.",
                r => r.Mode, (r, v) => r with { Mode = v })
            .Flag(
                "seasons", "Whether it learns the load of each time of the day and of the week.",
                r => r.Seasons, (r, v) => r with { Seasons = v })
            .Text(
                "timeZone", "The IANA name of the zone in which days begin.", r => r.TimeZone, (r, v) => r with { TimeZone = v })
            .Check(r => r.Objective <= r.Target
                ? $"Objective must be more than Target ({Phrase.Exact(r.Target)}), but is {Phrase.Exact(r.Objective)}."
                : null),
        "Scales ahead of the load, while that would have cost less than target tracking.");
}
