using AutoScaling.Rules.Backlog;
using AutoScaling.Rules.Concurrency;
using AutoScaling.Rules.Fixed;
using AutoScaling.Rules.Forecast;
using AutoScaling.Rules.Queueing;
using AutoScaling.Rules.Schedule;
using AutoScaling.Rules.Step;
using AutoScaling.Rules.TargetTracking;
using AutoScaling.Rules.Threshold;

namespace AutoScaling.Policies;

/// <summary>The library's own rules; a line for each is all that a rule needs outside its own folder.</summary>
internal static class BuiltInRules
{
    public static IReadOnlyList<RuleType> All { get; } =
    [
        TargetTrackingSettings.Type,
        BacklogSettings.Type,
        StepSettings.Type,
        ScheduleSettings.Type,
        ForecastSettings.Type,
        QueueingSettings.Type,
        ConcurrencySettings.Type,
        FixedSettings.Type,
        ThresholdSettings.Type,
    ];
}
