using System.Buffers;
using System.Globalization;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>Durations as Go writes them: <c>30s</c>, <c>1m0s</c>, <c>14.936s</c>, <c>500ms</c>.</summary>
/// <remarks>Source: the documentation of Go's time.ParseDuration.</remarks>
internal static class GoDuration
{
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration that is not negative.</summary>
    /// <returns><see langword="null"/> if the text is none.</returns>
    public static TimeSpan? Parse(ReadOnlySpan<char> text)
    {
        if (text is "0") return TimeSpan.Zero;
        if (text.IsEmpty) return null;
        double seconds = 0;
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAnyExcept(Number);
            if (end <= 0) return null;
            if (!double.TryParse(text[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            text = text[end..];
            end = text.IndexOfAny(Number);
            var unit = end < 0 ? text : text[..end];
            if (Seconds(unit) is not { } each) return null;
            seconds += number * each;
            text = text[unit.Length..];
        }

        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    private static double? Seconds(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" or "μs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
