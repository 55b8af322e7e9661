using AutoScaling.Primitives;

namespace AutoScaling.Rules.Schedule;

/// <summary>The settings of a <see cref="ScheduleRule"/> in documents.</summary>
internal static class ScheduleSettings
{
    public static RuleType Type { get; } = RuleType.Create(
        "schedule",
        new ScheduleRule { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", Replicas = 5 },
        table => table
            .Text(
                "start", "When the schedule opens: a cron expression of five fields, or six with seconds.",
                r => r.Start, (r, v) => r with { Start = v }, required: true)
            .Text(
                "end", "When the schedule closes: a cron expression of five fields, or six with seconds.",
                r => r.End, (r, v) => r with { End = v }, required: true)
            .Text(
                "timeZone", "The time zone of both expressions, as an IANA id such as Europe/Berlin.",
                r => r.TimeZone, (r, v) => r with { TimeZone = v })
            .ExactlyOne(bound => bound
                .WholeNumber(
                    "floor", "No fewer replicas than this while it is open.",
                    Get(ScheduleBound.Floor), With(ScheduleBound.Floor), Bounds.Count)
                .WholeNumber(
                    "ceiling", "No more replicas than this while it is open.",
                    Get(ScheduleBound.Ceiling), With(ScheduleBound.Ceiling), Bounds.Count)
                .WholeNumber(
                    "exact", "Just this many replicas while it is open.",
                    Get(ScheduleBound.Exact), With(ScheduleBound.Exact), Bounds.Count)),
        "Narrows the policy's range at set times: from each start until the next end.");

    private static Func<ScheduleRule, int?> Get(ScheduleBound bound) => rule => rule.Bound == bound ? rule.Replicas : null;

    private static Func<ScheduleRule, int, ScheduleRule> With(ScheduleBound bound) =>
        (rule, replicas) => rule with { Bound = bound, Replicas = replicas };
}
