using AutoScaling.Primitives;
using Cronos;

namespace AutoScaling.Behaviors;

/// <summary>Times that repeat: open from each occurrence of one cron expression until the next one of another.</summary>
/// <remarks>
/// Occurrences are those of the Cronos library: a time that daylight saving skips happens when the gap ends, one that it repeats happens
/// once, at the first pass (expressions that repeat within the hour happen in both).
/// </remarks>
internal static class CronTimes
{
    // The library calls itself for every part of a list: a long one overflows the stack, which ends the process.
    private const int LongestExpression = 200;

    public static bool IsOpen(CronExpression? start, CronExpression? end, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (start is null || Last(start, zone, now) is not { } opened) return false;
        var closed = end is null ? null : Last(end, zone, now);
        if (closed != opened) return !(closed > opened);

        // Both at one instant. Where daylight saving skips two times they happen together, and the later one on the clock counts. Looking
        // back, Cronos names the last second before the gap for both.
        var clock = DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(opened.AddSeconds(1), zone).DateTime, DateTimeKind.Utc);
        return start.GetPreviousOccurrence(clock, inclusive: true) > end!.GetPreviousOccurrence(clock, inclusive: true);
    }

    public static CronExpression Parse(string? value, string setting)
    {
        value ??= "";
        if (value.Length > LongestExpression)
        {
            throw ScalingException.Invalid(
                $"{setting} must be a cron expression of at most {LongestExpression} characters, but has {Phrase.Exact(value.Length)}.");
        }

        try
        {
            var fields = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            var cron = CronExpression.Parse(value, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return cron.GetNextOccurrence(DateTime.UnixEpoch) is null ? throw Invalid("it names no time that ever comes") : cron;
        }
        catch (Exception e) when (e is CronFormatException or MissingSeedException)
        {
            throw Invalid(e.Message.Replace("character '\0'", "end", StringComparison.Ordinal));
        }

        ScalingException Invalid(string why) =>
            ScalingException.Invalid($"{setting} must be a cron expression of five or six fields, but is '{value}' ({why}).");
    }

    private static DateTimeOffset? Last(CronExpression cron, TimeZoneInfo zone, DateTimeOffset now) =>
        cron.GetPreviousOccurrence(now, zone, inclusive: true);
}
