using System.Collections.Immutable;
using System.Globalization;

namespace AutoScaling.Simulation.Loads;

/// <summary>Reads times as exports write them: seconds from any time on, epochs in any unit, and dates in any usual form.</summary>
internal sealed class LoadTimes
{
    // From 1990 on, seconds since 1970 are a date. Beyond a unit's most, a number is in the next finer one.
    private const decimal FirstDate = 631_152_000, MostSeconds = LoadFile.MostSeconds;

    private static readonly ImmutableArray<string> Days =
    [
        "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "d.M.yyyy", "d-M-yyyy", "d MMM yyyy", "d MMMM yyyy", "MMM d yyyy", "MMMM d yyyy",
        "ddd MMM d yyyy", "ddd d MMM yyyy", "d-MMM-yyyy", "d/MMM/yyyy",
    ];

    private static readonly ImmutableArray<string> Clocks =
        ["", " H:mm:ss", " H:mm", " H:mm:ss.FFFFFFF", " h:mm:ss tt", " h:mm tt", " HHmmss"];

    private static readonly ImmutableArray<string> Zones = ["", "zzz", " zzz"];

    private static readonly string[] Formats =
        [.. from day in Days from clock in Clocks from zone in Zones where clock.Length > 0 || zone.Length == 0 select day + clock + zone];

    private readonly TimeZoneInfo _zone;
    private readonly decimal _unit;
    private readonly bool? _isMonthFirst;
    private long _before = long.MinValue;
    private bool _isLater;
    private string[] _formats = [Formats[0]];

    /// <summary>Creates a reader.</summary>
    /// <param name="zone">The zone of times without an offset.</param>
    /// <param name="header">The header of the column, which may name a unit.</param>
    /// <param name="cells">All of the column, which show how it is written.</param>
    public LoadTimes(TimeZoneInfo zone, string header, IReadOnlyList<string> cells)
    {
        (_zone, _unit) = (zone, UnitOf(header, cells));
        _isMonthFirst = IsMonthFirst(cells);
    }

    /// <summary>Whether its times are dates.</summary>
    public bool IsDated { get; private set; }

    /// <summary>Whether a text looks like a time that is no plain number.</summary>
    public static bool IsDate(string text) =>
        text.Any(char.IsAsciiDigit) && !TryNumber(text, out _) && (Slashed(text, true) ?? Slashed(text, false) ?? Exact(text)) is not null;

    public static bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>The time in ticks; <see langword="null"/> if it is none.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="why">What is wrong with it.</param>
    public long? Read(string text, out string why)
    {
        why = "";
        if (TryNumber(text, out var number))
        {
            var seconds = Math.Abs(number) > MostSeconds * 1_000_000_000m ? decimal.MaxValue : number * _unit;
            if (Math.Abs(seconds) > MostSeconds)
            {
                why = $"time must be a number of seconds, but is {LoadFile.Shown(text)}";
                return null;
            }

            IsDated |= seconds >= FirstDate;
            return (seconds >= FirstDate ? DateTimeOffset.UnixEpoch.Ticks : 0) + (long)(seconds * TimeSpan.TicksPerSecond);
        }

        if (_isMonthFirst is null && Slashed(text, true) is { } us && Slashed(text, false) is { } other && us.Time != other.Time)
        {
            why = $"time may be of two days, as day or month may come first, but is {LoadFile.Shown(text)}: write it as "
                + $"{Day(us.Time)} or {Day(other.Time)}";
            return null;
        }

        if ((Slashed(text, _isMonthFirst ?? true) ?? ExactAsBefore(text)) is not { } read)
        {
            why = $"time must be a date, or a number of seconds, but is {LoadFile.Shown(text)}";
            return null;
        }

        IsDated = true;
        return read.HasOffset ? read.Time.Ticks : Local(read.Time);
    }

    /// <summary>
    /// A time of the zone. When clocks are set back, an hour comes twice: what is not later than the row before it is of the second one.
    /// </summary>
    private long Local(DateTime time)
    {
        // When clocks are set forward, an hour is skipped: what says that it is of that hour was not set.
        if (_zone.IsInvalidTime(time)) time = time.AddHours(1);
        var offset = _zone.GetUtcOffset(time);
        if (_zone.IsAmbiguousTime(time))
        {
            var offsets = _zone.GetAmbiguousTimeOffsets(time);
            var (early, late) = (time.Ticks - offsets.Max().Ticks, time.Ticks - offsets.Min().Ticks);
            _isLater |= early <= _before && _before < late + TimeSpan.TicksPerHour;
            _before = _isLater ? late : early;
            return _before;
        }

        _isLater = false;
        return _before = time.Ticks - offset.Ticks;
    }

    private static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static decimal UnitOf(string header, IReadOnlyList<string> cells)
    {
        var most = 0m;
        foreach (var cell in cells)
        {
            if (TryNumber(cell, out var number)) most = Math.Max(most, Math.Abs(number));
        }

        var name = header.ToLowerInvariant();
        var isMilli = name.EndsWith("_ms", StringComparison.Ordinal) || name.Contains("(ms)", StringComparison.Ordinal)
            || name.Contains("milli", StringComparison.Ordinal);
        var said = isMilli ? 0.001m : 1;
        if (most * said <= MostSeconds) return said;
        return most <= MostSeconds * 1000 ? 0.001m : most <= MostSeconds * 1_000_000 ? 0.000_001m : 0.000_000_001m;
    }

    /// <summary>Whether 3/2/2026 is the second of March in America, or the third of February; unknown if no row tells.</summary>
    private static bool? IsMonthFirst(IReadOnlyList<string> cells)
    {
        HashSet<string> days = new(StringComparer.Ordinal);
        foreach (var cell in cells)
        {
            if (!cell.Contains('/', StringComparison.Ordinal) || !days.Add(cell.Split(' ')[0])) continue;
            if (Slashed(cell, true) is null && Slashed(cell, false) is not null) return false;
            if (Slashed(cell, false) is null && Slashed(cell, true) is not null) return true;
        }

        return null;
    }

    private static (DateTime Time, bool HasOffset)? Slashed(string text, bool monthFirst)
    {
        if (!text.Contains('/', StringComparison.Ordinal)) return null;
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        var day = end < 0 ? text : text[..end].TrimEnd(',');
        if (day.Split('/') is not [{ Length: <= 2 } one, { Length: <= 2 } two, { Length: 2 or 4 } year]) return null;
        if (year.Length == 2) year = $"20{year}";
        return Exact($"{year}-{(monthFirst ? one : two)}-{(monthFirst ? two : one)}{(end < 0 ? "" : text[end..])}");
    }

    /// <summary>In the form of the row before, if it has that: a file has one, and there are many.</summary>
    private (DateTime Time, bool HasOffset)? ExactAsBefore(string text)
    {
        if (Exact(text, _formats) is { } read) return read;
        foreach (var format in Formats)
        {
            if (Exact(text, [format]) is not { } other) continue;
            _formats = [format];
            return other;
        }

        return null;
    }

    private static (DateTime Time, bool HasOffset)? Exact(string text, string[]? formats = null)
    {
        var plain = Plain(text);
        var hasOffset = plain.EndsWith('Z');
        if (hasOffset) plain = plain[..^1].TrimEnd();
        if (hasOffset) plain += " +00:00";
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (!DateTimeOffset.TryParseExact(plain, formats ?? Formats, CultureInfo.InvariantCulture, styles, out var time)) return null;
        var length = plain.Length;
        hasOffset |= length > 6 && plain[length - 6] is '+' or '-' && plain[length - 3] == ':';
        return (hasOffset ? time.UtcDateTime : time.DateTime, hasOffset);
    }

    /// <summary>
    /// In the fewest forms: no commas, no T, no name of a zone that is UTC, offsets with a colon, fractions of seven digits.
    /// </summary>
    private static string Plain(string text)
    {
        var plain = text.Trim().Replace(", ", " ", StringComparison.Ordinal).Replace(",", ".", StringComparison.Ordinal);
        if (plain.Length > 10 && plain[10] is 'T' or 't' or '_') plain = $"{plain[..10]} {plain[11..]}";
        var bracket = plain.IndexOf('(', StringComparison.Ordinal);
        if (bracket > 0) plain = plain[..bracket].TrimEnd();
        foreach (var utc in (ReadOnlySpan<string>)["UTC", "GMT"])
        {
            var at = plain.LastIndexOf(utc, StringComparison.OrdinalIgnoreCase);
            if (at <= 0) continue;
            var rest = plain[(at + 3)..].Trim();
            plain = plain[..at].TrimEnd();
            if (rest.Length > 0) plain += $" {rest}";
            else if (char.IsAsciiDigit(plain[^1]) && !plain.EndsWith("+0000", StringComparison.Ordinal)) plain += "Z";
        }

        if (plain.EndsWith('z')) plain = $"{plain[..^1]}Z";
        var sign = plain.LastIndexOfAny(['+', '-']);
        var hasClock = plain.Contains(':', StringComparison.Ordinal);
        if (hasClock && sign > 10 && plain[(sign + 1)..] is { Length: 2 or 4 } digits && digits.All(char.IsAsciiDigit))
            plain = $"{plain[..(sign + 1)]}{digits[..2]}:{(digits.Length == 4 ? digits[2..] : "00")}";
        var dot = plain.LastIndexOf('.');
        if (dot > plain.IndexOf(':', StringComparison.Ordinal) && dot > 10)
        {
            var end = dot + 1;
            while (end < plain.Length && char.IsAsciiDigit(plain[end])) end++;
            if (end - dot > 8) plain = plain.Remove(dot + 8, end - dot - 8);
        }

        return plain;
    }
}
