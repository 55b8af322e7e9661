using System.Globalization;

namespace AutoScaling.Primitives;

/// <summary>How values are written in sentences; the same everywhere, whatever the culture.</summary>
internal static class Phrase
{
    // As many as tell any two doubles apart.
    private const int MostDigits = 17;

    /// <summary>
    /// A setting's value to the last digit and with all its units, so that a sentence never says that 0 is not more than 0. Text is
    /// quoted.
    /// </summary>
    public static string Exact(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        double number => Exact(number),
        TimeSpan duration => Exact(duration),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    /// <summary>A bound of a rule: whole hours as such, as people say them.</summary>
    public static string Bound(object bound) => bound switch
    {
        TimeSpan { Ticks: 0 } => "0",
        TimeSpan { Ticks: TimeSpan.TicksPerHour } => "1 hour",
        TimeSpan hours when hours.Ticks % TimeSpan.TicksPerHour == 0 => $"{Exact(hours.TotalHours)} hours",
        _ => Exact(bound),
    };

    /// <summary>A measured value, as exactly as people read it; one that is small, but not 0, is never told as 0.</summary>
    public static string Of(double value)
    {
        var text = value.ToString(Math.Abs(value) < 100 ? "0.##" : "0.#", CultureInfo.InvariantCulture);
        return text is not ("0" or "-0") ? text : value == 0 ? "0" : value.ToString("G3", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Values of one sentence, each with as many digits as tell it from those that differ: never "5, above 5".
    /// </summary>
    public static string[] Compared(params ReadOnlySpan<double> values)
    {
        var texts = new string[values.Length];
        for (var i = 0; i < texts.Length; i++) texts[i] = Of(values[i]);
        for (var digits = 3; digits <= MostDigits; digits++)
        {
            var format = $"G{Exact(digits)}";
            for (var i = 0; i < texts.Length; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (values[i].Equals(values[j]) || !string.Equals(texts[i], texts[j], StringComparison.Ordinal)) continue;
                    texts[i] = values[i].ToString(format, CultureInfo.InvariantCulture);
                    texts[j] = values[j].ToString(format, CultureInfo.InvariantCulture);
                }
            }
        }

        return texts;
    }

    public static string Exact(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A setting's value to the last digit, so that a sentence never says that 0 is not more than 0.</summary>
    public static string Exact(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A setting's duration with all its units: <c>1d 1m</c>, which two units would show as the allowed <c>1d</c>.</summary>
    public static string Exact(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) return "-" + Exact(duration == TimeSpan.MinValue ? TimeSpan.MaxValue : duration.Negate());
        if (duration == TimeSpan.Zero) return "0s";
        var seconds = (duration.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond;
        (decimal value, string unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (seconds, "s")];
        return string.Join(
            ' ',
            parts.Where(p => p.value != 0).Select(p => p.value.ToString("0.#######", CultureInfo.InvariantCulture) + p.unit));
    }

    public static string Of(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The end of a sentence that holds until a time, and for how long that is from now; nothing if it has no end.</summary>
    public static string Until(DateTimeOffset? until, DateTimeOffset now) =>
        until is { } time ? $" until {Of(time)} ({Of(TimeSpan.FromSeconds(Math.Ceiling((time - now).TotalSeconds)))})" : "";

    public static string Replicas(int count) => count == 1 ? "1 replica" : $"{Exact(count)} replicas";

    /// <summary>What an exception says, as the end of a sentence.</summary>
    public static string Of(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    /// <summary>A name in Pascal case as separate lower-case words.</summary>
    public static string Words(string name, char separator) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c)
            ? $"{separator}{char.ToLowerInvariant(c)}"
            : $"{char.ToLowerInvariant(c)}"));

    /// <summary>A duration as its two largest units: <c>1h 5m</c>, <c>4m 10s</c>, <c>1.5s</c>.</summary>
    public static string Of(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) return "-" + Of(duration == TimeSpan.MinValue ? TimeSpan.MaxValue : duration.Negate());
        if (duration < TimeSpan.FromSeconds(60)) return duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
        (int value, string unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s")];
        var shown = parts.SkipWhile(p => p.value == 0).Take(2).Where(p => p.value != 0);
        return string.Join(' ', shown.Select(p => p.value.ToString(CultureInfo.InvariantCulture) + p.unit));
    }
}
