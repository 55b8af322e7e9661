using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>
/// The settings of a <see cref="ScalingSchedule"/> in documents: in a schedule rule, and in the block <c>during</c> of any rule.
/// </summary>
internal static class TimesSettings
{
    public static SettingsTable<ScalingSchedule> Table { get; } = SettingsTable
        .Of("a schedule", new ScalingSchedule { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI" }, "Times that repeat, or one time.")
        .Either(
            table => table
                .Text(
                    "start", "When it opens: a cron expression of five fields, or six with seconds.",
                    s => Given(s.Start), (s, v) => s with { Start = v }, required: true)
                .Text(
                    "end", "When it closes: a cron expression of five fields, or six with seconds.",
                    s => Given(s.End), (s, v) => s with { End = v }, required: true),
            table => table
                .Text(
                    "from", "When it opens for once: a date, or a date and time such as 2026-12-24T18:00.",
                    s => s.From, (s, v) => s with { From = v }, required: true)
                .Text(
                    "to", "When it closes for good, written as from; a date without a time is part of it.",
                    s => s.To, (s, v) => s with { To = v }, required: true),
            s => new() { TimeZone = s.TimeZone, Except = s.Except })
        .Text(
            "timeZone", "The time zone of all of it, as an IANA id such as Europe/Berlin.",
            s => s.TimeZone, (s, v) => s with { TimeZone = v })
        .Add(new TextsSetting<ScalingSchedule>(
            "except", "When it is closed nevertheless: dates, or names of other schedules of the policy, while these are open.",
            s => s.Except, (s, v) => s with { Except = v }))
        .Check(s => s.IsEmpty ? $"To must be after From ({Phrase.Exact(s.From)}), but is {Phrase.Exact(s.To)}." : null);

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
