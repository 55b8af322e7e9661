using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>The settings of a <see cref="ScalingBehavior"/> in documents.</summary>
internal static class BehaviorSettings
{
    private static SettingsTable<RateLimit> RateLimits { get; } = SettingsTable
        .Of("a rate limit", RateLimit.Replicas(1, TimeSpan.FromSeconds(1)),
            "How much may change within a period that slides with the clock.")
        .ExactlyOne(limit => limit
            .WholeNumber(
                "replicas", "At most so many replicas within the period.",
                l => l.Unit == RateLimitUnit.Replicas ? l.Value : null, (l, v) => RateLimit.Replicas(v, l.Period), Bounds.AtLeastOne)
            .WholeNumber(
                "percent", "At most so many percent of the replicas at the period's start.",
                l => l.Unit == RateLimitUnit.Percent ? l.Value : null, (l, v) => RateLimit.Percent(v, l.Period), Bounds.AtLeastOne))
        .Duration(
            "period", "The length of the period.",
            l => l.Period, (l, v) => l.Unit == RateLimitUnit.Percent ? RateLimit.Percent(l.Value, v) : RateLimit.Replicas(l.Value, v),
            Bounds.WithinAnHour, required: true);

    private static SettingsTable<DirectionBehavior> Direction { get; } = SettingsTable
        .Of("a direction of a behavior", new DirectionBehavior(), "What holds changes back in one direction.")
        .Duration(
            "cooldown", "Up: none after a scale-up for this time; down: none after any change.",
            d => d.Cooldown, (d, v) => d with { Cooldown = v }, Bounds.UpToADay)
        .Duration(
            "stabilizationWindow", "Up only to the least, down only to the most that was asked for in this time.",
            d => d.StabilizationWindow, (d, v) => d with { StabilizationWindow = v }, Bounds.UpToADay)
        .Number(
            "tolerance", "How far a ratio of metric to target may be off 1 without a change.",
            d => d.Tolerance, (d, v) => d with { Tolerance = v }, Bounds.NotNegative)
        .Choice(
            "select", "Which of several limits counts: the largest change, the smallest, or none at all in this direction.",
            d => d.Select, (d, v) => d with { Select = v })
        .Flag(
            "largerNeedPasses", "Whether a larger need than that behind the last scale-up does not wait for the cooldown; only up.",
            d => d.LargerNeedPasses, (d, v) => d with { LargerNeedPasses = v })
        .List(
            "rateLimits", "How much may change within a time; an empty list: no limit.",
            d => d.RateLimits, (d, v) => d with { RateLimits = v }, RateLimits);

    public static SettingsTable<ScalingBehavior> Table { get; } = SettingsTable
        .Of("a behavior", ScalingBehavior.Default, "What holds a policy's recommendations back.")
        .Preset(
            "preset", "The behavior to start from; kubernetes is that of the HPA, immediate holds nothing back.",
            [("default", ScalingBehavior.Default), ("kubernetes", ScalingBehavior.Kubernetes), ("immediate", ScalingBehavior.Immediate)])
        .Flag(
            "flapGuard", "Whether a scale-down is refused after which the same load would ask for a scale-up.",
            b => b.FlapGuard, (b, v) => b with { FlapGuard = v })
        .Flag(
            "zeroIsOff", "Whether 0 replicas switch a target off whose min is more than 0, until somebody gives it some.",
            b => b.ZeroIsOff, (b, v) => b with { ZeroIsOff = v })
        .Flag(
            "safetyGuards",
            "Whether nothing is scaled down on what cannot be trusted, and bounds, persons and others have their place in the history.",
            b => b.SafetyGuards, (b, v) => b with { SafetyGuards = v })
        .Block("scaleUp", "What holds scale-ups back.", b => b.ScaleUp, (b, v) => b with { ScaleUp = v }, Direction)
        .Block("scaleDown", "What holds scale-downs back.", b => b.ScaleDown, (b, v) => b with { ScaleDown = v }, Direction)
        .Check(b => b.ScaleDown.LargerNeedPasses
            ? "ScaleDown LargerNeedPasses must be false, as it is about scale-ups, but is true."
            : null);
}
