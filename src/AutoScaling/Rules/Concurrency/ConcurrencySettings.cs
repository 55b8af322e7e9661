namespace AutoScaling.Rules.Concurrency;

/// <summary>The settings of a <see cref="ConcurrencyRule"/> in documents.</summary>
internal static class ConcurrencySettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "concurrency",
        new ConcurrencyRule { Metric = "concurrency", Target = 100 },
        table => table
            .Metric(
                "metric", "The metric that holds the requests that are under way at the whole target, waiting ones included.",
                r => r.Metric, (r, v) => r with { Metric = v }, required: true)
            .Number(
                "target", "The requests that one replica may have under way at most.",
                r => r.Target, (r, v) => r with { Target = v }, Primitives.Bounds.Positive, required: true)
            .Number(
                "targetUtilization", "The part of target that is kept, in percent.",
                r => r.TargetUtilization, (r, v) => r with { TargetUtilization = v }, ConcurrencyRule.Utilizations)
            .Duration(
                "stableWindow", "The time over which readings are averaged, and for which a panic goes on.",
                r => r.StableWindow, (r, v) => r with { StableWindow = v }, ConcurrencyRule.Windows)
            .Number(
                "panicWindow", "The part of stableWindow over which readings are averaged in panic, in percent.",
                r => r.PanicWindow, (r, v) => r with { PanicWindow = v }, ConcurrencyRule.PanicWindows)
            .Number(
                "panicThreshold", "The replicas that the panic window needs, in percent of those that are ready, from which on it panics.",
                r => r.PanicThreshold, (r, v) => r with { PanicThreshold = v }, ConcurrencyRule.Thresholds)
            .Number(
                "maxScaleUpRate", "How many times the ready replicas it asks for at most.",
                r => r.MaxScaleUpRate, (r, v) => r with { MaxScaleUpRate = v }, ConcurrencyRule.Rates)
            .Number(
                "maxScaleDownRate", "By what it divides the ready replicas at most.",
                r => r.MaxScaleDownRate, (r, v) => r with { MaxScaleDownRate = v }, ConcurrencyRule.Rates),
        "Keeps the requests that each replica has under way at a target; "
            + "a load that jumps is followed at once, and nothing is removed for a while.");
}
