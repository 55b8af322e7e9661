using System.Buffers;
using System.Globalization;

namespace AutoScaling.Primitives;

/// <summary>
/// Durations as documents write them: <c>1h30m</c>, <c>500ms</c>, or <c>hh:mm:ss</c>. Never a bare number, whose unit would be a guess.
/// </summary>
internal static class Durations
{
    /// <summary>Largest first, which is also the order in which they are written.</summary>
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        var rest = text.AsSpan().Trim();
        var negative = rest.StartsWith('-');
        if (negative) rest = rest[1..];
        var known = rest.Contains(':') ? TryClock(rest, out var ticks) : TryUnits(rest, out ticks);
        if (negative) ticks = -ticks;
        known = known && ticks >= long.MinValue && ticks <= long.MaxValue;
        duration = known ? TimeSpan.FromTicks((long)ticks) : default;
        return known;
    }

    /// <summary>The duration in the units that <see cref="TryParse"/> reads back to exactly the same value.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var rest = Math.Abs((decimal)duration.Ticks);
        var text = duration < TimeSpan.Zero ? "-" : "";
        if (rest < TimeSpan.TicksPerSecond && rest % TimeSpan.TicksPerMillisecond == 0)
            return text + Number(rest / TimeSpan.TicksPerMillisecond) + "ms";
        foreach (var (name, size) in Units.AsSpan()[..3])
        {
            var count = decimal.Truncate(rest / size);
            if (count != 0) text += Number(count) + name;
            rest -= count * size;
        }

        return rest == 0 ? text : text + Number(rest / TimeSpan.TicksPerSecond) + "s";
    }

    private static string Number(decimal value) => value.ToString("0.#######", CultureInfo.InvariantCulture);

    /// <summary>
    /// Numbers with units, largest unit first and none twice; blanks may stand between them, as in the sentences that quote durations.
    /// </summary>
    private static bool TryUnits(ReadOnlySpan<char> text, out decimal ticks)
    {
        ticks = 0;
        if (text.IsEmpty) return false;
        var next = 0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept(NumberLetters);
            if (digits <= 0 || !TryNumber(text[..digits], out var count)) return false;
            text = text[digits..];

            var letters = text.IndexOfAnyExceptInRange('a', 'z');
            var name = letters < 0 ? text : text[..letters];
            while (next < Units.Length && !name.SequenceEqual(Units[next].Name)) next++;
            if (next == Units.Length) return false;
            ticks += decimal.Round(count * Units[next++].Ticks);
            text = text[name.Length..].TrimStart();
        }

        return true;
    }

    /// <summary>
    /// <c>hh:mm:ss</c>, with a fraction and days (<c>1.00:00:00</c>) as .NET writes them, but with 24 hours as a day (.NET reads 24 days).
    /// </summary>
    private static bool TryClock(ReadOnlySpan<char> text, out decimal ticks)
    {
        ticks = 0;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, ':') != 3) return false;
        var hours = text[parts[0]];
        var dot = hours.IndexOf('.');
        var days = 0m;
        if (dot >= 0 && !TryNumber(hours[..dot], out days)) return false;
        if (!TryWhole(hours[(dot + 1)..], out var hour)) return false;
        if (!TryWhole(text[parts[1]], out var minute) || !TryNumber(text[parts[2]], out var second)) return false;
        if (minute >= 60 || second >= 60) return false;
        ticks = (days * TimeSpan.TicksPerDay) + (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        ticks += decimal.Round(second * TimeSpan.TicksPerSecond);
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<char> text, out decimal value) => TryNumber(text, out value) && !text.Contains('.');

    // Twelve digits hold every duration there is in every unit but the smallest, and no product of them overflows.
    private static bool TryNumber(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        var whole = text.IndexOf('.') is var dot and >= 0 ? dot : text.Length;
        return whole is > 0 and <= 12 && text.Length <= 24 && text[^1] != '.'
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }
}
