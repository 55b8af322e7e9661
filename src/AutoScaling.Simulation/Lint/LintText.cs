using System.Globalization;

namespace AutoScaling.Simulation;

/// <summary>How findings write values; durations and times as the core's sentences do.</summary>
internal static class LintText
{
    public static string Of(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A bound that is to be stayed below, rounded down to one digit that is easy to type.</summary>
    public static string Below(double value) => value >= 1 ? (Math.Floor(value * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture) : Of(value);

    public static string Replicas(int count) => count == 1 ? "1 replica" : string.Create(CultureInfo.InvariantCulture, $"{count} replicas");

    public static string Of(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Of(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(60)) return duration.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture) + "s";
        (int value, string unit)[] parts = [(duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s")];
        return string.Join(' ', parts.Where(p => p.value != 0).Select(p => p.value.ToString(CultureInfo.InvariantCulture) + p.unit));
    }
}
