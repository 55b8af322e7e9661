namespace AutoScaling.Primitives;

/// <summary>A metric as documents have it: a name, and optionally its source behind an <c>@</c>.</summary>
internal static class MetricText
{
    /// <summary>
    /// Reads a metric. A rule may have several: what is wrong names the setting, as <see cref="MetricRef"/> knows only that it is a
    /// metric's.
    /// </summary>
    /// <exception cref="ScalingException">It is none.</exception>
    public static MetricRef Read(string key, string text)
    {
        Check(key, text);
        try
        {
            return MetricRef.Parse(text);
        }
        catch (ScalingException) when (!string.Equals(key, "metric", StringComparison.OrdinalIgnoreCase))
        {
            throw ScalingException.Invalid(
                $"{SettingValues.NameOf(key)} must be a metric's name, optionally followed by '@' and a source, but is '{text}'.");
        }
    }

    /// <summary>Writes a metric.</summary>
    /// <exception cref="ScalingException">It would be read as another one: its name or source holds an <c>@</c>.</exception>
    public static string Write(string key, MetricRef metric)
    {
        var text = Check(key, metric.ToString());
        return MetricRef.Parse(text) == metric
            ? text
            : throw ScalingException.Invalid($"{SettingValues.NameOf(key)} must be a metric whose name and source hold no '@', but is '{metric}'.");
    }

    // The key of a map is read by nobody else, and no file can hold half a character.
    private static string Check(string key, string text) => SettingValues.IsWellFormed(text)
        ? text
        : throw Bounds.Broken(SettingValues.NameOf(key), "valid Unicode text", text);
}
