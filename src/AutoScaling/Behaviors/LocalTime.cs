using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Behaviors;

/// <summary>Dates and times of a calendar on the wall: what they are as instants depends on the time zone.</summary>
internal static class LocalTime
{
    private const string Date = "yyyy-MM-dd";
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>A date: <c>2026-12-24</c>.</summary>
    public static bool TryParseDate(string? text, out DateOnly date) =>
        DateOnly.TryParseExact(text, Date, CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && IsFarFromTheEnds(date);

    /// <summary>A date or a date with a time; a date is the whole day, so it begins with its first moment and ends with its last.</summary>
    public static DateTime Parse(string? text, string setting, bool isEnd)
    {
        if (TryParseDate(text, out var date)) return date.AddDays(isEnd ? 1 : 0).ToDateTime(TimeOnly.MinValue);
        return DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && IsFarFromTheEnds(DateOnly.FromDateTime(time))
            ? time
            : throw Bounds.Broken(setting, "a date such as 2026-12-24 or a date and time such as 2026-12-24T18:00", text ?? "");
    }

    /// <summary>
    /// The instant of a time on the wall: one that daylight saving skips is when the gap ends, one that it repeats is the first.
    /// </summary>
    public static DateTimeOffset In(TimeZoneInfo zone, DateTime time)
    {
        while (zone.IsInvalidTime(time)) time = time.AddTicks(TimeSpan.TicksPerMinute - (time.Ticks % TimeSpan.TicksPerMinute));
        var offset = zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Max() : zone.GetUtcOffset(time);
        return new DateTimeOffset(time, offset).ToUniversalTime();
    }

    /// <summary>The day on the wall.</summary>
    public static DateOnly DayOf(TimeZoneInfo zone, DateTimeOffset now) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);

    // Beyond these an instant cannot be counted in every time zone.
    private static bool IsFarFromTheEnds(DateOnly date) => date.Year is > 1 and < 9999;
}
