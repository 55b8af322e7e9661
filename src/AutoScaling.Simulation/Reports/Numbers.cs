using System.Globalization;

namespace AutoScaling.Simulation.Reports;

/// <summary>How reports write numbers; the same everywhere, whatever the culture.</summary>
internal static class Numbers
{
    private const string Nothing = "-";

    /// <summary>About three digits that matter: <c>0.07</c>, <c>17.82</c>, <c>178.4</c>, <c>1784</c>.</summary>
    public static string Score(double value) => Write(value, Math.Abs(value) switch
    {
        < 100 => "0.00",
        < 1000 => "0.0",
        < 1e6 => "0",
        _ => "0.0e0",
    });

    /// <summary>A number of things, or the mean of such numbers.</summary>
    public static string Count(double value) => Write(value, Math.Abs(value) < 100 ? "0.#" : "0");

    /// <summary>Seconds, with the unit that fits: <c>0.52ms</c>, <c>120ms</c>, <c>1.25s</c>, <c>125s</c>.</summary>
    public static string Latency(double seconds) => seconds switch
    {
        0 => "0ms",
        < 0.01 => Write(seconds * 1000, "0.00") + "ms",
        < 1 => Write(seconds * 1000, "0") + "ms",
        < 100 => Write(seconds, "0.00") + "s",
        _ => Write(seconds, "0") + (double.IsFinite(seconds) ? "s" : ""),
    };

    /// <summary>A time for people who look at a chart.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    // Rounding may give "-0.00", which is written as 0.
    private static string Write(double value, string format)
    {
        if (!double.IsFinite(value)) return Nothing;
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        return text.StartsWith('-') && !text.AsSpan().ContainsAnyInRange('1', '9') ? text[1..] : text;
    }
}
