using System.Globalization;

namespace AutoScaling.Sample.Load;

/// <summary>The built-in load: a quiet start, a smooth rise, a plateau with a burst in it, a fall, and a quiet end; as long as the run.</summary>
internal sealed class LoadProfile(TimeSpan duration, double peak) : ILoad
{
    public const double DefaultPeak = 54;

    // Parts of the duration, and parts of the peak.
    private static readonly (double Time, double Level)[] Points =
    [
        (0, 0.08), (0.07, 0.08), (0.32, 0.6), (0.43, 0.6), (0.46, 1), (0.54, 1), (0.57, 0.6), (0.62, 0.6), (0.78, 0.08), (1, 0.08),
    ];

    public string Name => string.Create(CultureInfo.InvariantCulture, $"built-in profile up to {peak:0.#} jobs/s");

    public double At(TimeSpan time)
    {
        var at = Math.Clamp(time / duration, 0, 1);
        var next = Math.Max(1, Array.FindIndex(Points, p => p.Time >= at));
        var (from, to) = (Points[next - 1], Points[next]);
        var part = (at - from.Time) / (to.Time - from.Time);
        var smooth = part * part * (3 - (2 * part));
        return peak * (from.Level + ((to.Level - from.Level) * smooth));
    }
}
