using AutoScaling.Behaviors;
using AutoScaling.Primitives;

namespace AutoScaling.Rules.Schedule;

/// <summary>The settings of a <see cref="ScheduleRule"/> in documents.</summary>
internal static class ScheduleSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "schedule",
        new ScheduleRule { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", Replicas = 5 },
        table => table
            .Part(r => r.Times, (r, v) => r with { Times = v }, TimesSettings.Table)
            .ExactlyOne(bound => bound
                .WholeNumber(
                    "floor", "No fewer replicas than this while it is open.",
                    Get(ScheduleBound.Floor), With(ScheduleBound.Floor), Bounds.Count)
                .WholeNumber(
                    "ceiling", "No more replicas than this while it is open.",
                    Get(ScheduleBound.Ceiling), With(ScheduleBound.Ceiling), Bounds.Count)
                .WholeNumber(
                    "exact", "Just this many replicas while it is open.",
                    Get(ScheduleBound.Exact), With(ScheduleBound.Exact), Bounds.Count)
                .WholeNumber(
                    "add", "So many replicas on top of what the rules ask for while it is open; max still bounds the whole.",
                    Get(ScheduleBound.Add), With(ScheduleBound.Add), Bounds.Count))
            .WholeNumber(
                "priority", "Of schedules that contradict each other the one with the highest priority counts.",
                r => r.Priority, (r, v) => r with { Priority = v })
            .Flag(
                "gradual", "Whether a target that is outside the bound goes there only as fast as the rate limits allow, and not at once.",
                r => r.Gradual, (r, v) => r with { Gradual = v })
            .Check(r => r is { Bound: ScheduleBound.Add, Gradual: true }
                ? "Gradual must be false beside add, which is put on top at once, but is true."
                : null)
            .Check(r => r is { Bound: ScheduleBound.Add, Priority: not 0 and var priority }
                ? $"Priority must be 0 beside add, which contradicts no other schedule, but is {Phrase.Exact(priority)}."
                : null),
        "Narrows the policy's range at set times: from each start until the next end, or once.");

    private static Func<ScheduleRule, int?> Get(ScheduleBound bound) => rule => rule.Bound == bound ? rule.Replicas : null;

    private static Func<ScheduleRule, int, ScheduleRule> With(ScheduleBound bound) =>
        (rule, replicas) => rule with { Bound = bound, Replicas = replicas };
}
