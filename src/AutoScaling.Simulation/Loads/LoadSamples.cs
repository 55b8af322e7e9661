using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>One sample as it was read.</summary>
/// <param name="Ticks">Its time in ticks since 0001-01-01 UTC, or since any time on.</param>
/// <param name="Load">The load; NaN if the sample says that it has no value.</param>
/// <param name="Line">The line that it stands in.</param>
internal readonly record struct LoadSample(long Ticks, double Load, int Line);

/// <summary>Makes the rows of a load of samples: in the order of time, each once, with their gaps filled.</summary>
internal static class LoadSamples
{
    // A sample that is half an interval late is late; one that is later than that is missing.
    private const double Late = 1.5;

    /// <summary>The rows of a load.</summary>
    /// <param name="samples">The samples, in any order.</param>
    /// <param name="isDated">Whether their times are dates.</param>
    /// <param name="options">How gaps are filled, and when the first row was.</param>
    /// <param name="name">What the load is called.</param>
    /// <param name="file">The file that they are of, for sentences.</param>
    /// <param name="interval">The time between two samples, if it is known.</param>
    public static LoadRows Rows(
        List<LoadSample> samples, bool isDated, LoadOptions options, string name, string file, TimeSpan? interval = null)
    {
        var sorted = Once(samples, file);
        var values = sorted.FindAll(s => !double.IsNaN(s.Load));
        if (values.Count == 0)
            throw new ScalingException([$"Load trace '{file}' has no value: all of its {sorted.Count} samples are gaps."]);
        var first = options.Fill == LoadFill.Zero ? sorted[0] : values[0];
        var points = options.Fill == LoadFill.Last
            ? [.. values.Select(s => new LoadPoint(TimeSpan.FromTicks(s.Ticks - first.Ticks), s.Load))]
            : Filled(sorted, options.Fill, interval, file);
        return new(name, points, options.Start ?? (isDated ? new DateTimeOffset(first.Ticks, TimeSpan.Zero) : null));
    }

    /// <summary>The samples of a query, with gaps where it was asked for more than there is, if gaps are no matter of course.</summary>
    public static List<LoadSample> Within(List<LoadSample> samples, PrometheusRange range, LoadFill fill)
    {
        if (fill == LoadFill.Last) return samples;
        List<LoadSample> all = [.. samples];
        if (samples.TrueForAll(s => s.Ticks > range.From.UtcTicks)) all.Insert(0, new(range.From.UtcTicks, double.NaN, 0));
        if (samples.TrueForAll(s => s.Ticks < range.To.UtcTicks)) all.Add(new(range.To.UtcTicks, double.NaN, 0));
        return all;
    }

    /// <summary>Sorts them. Exports come newest first too, and two of them that were put together come in any order.</summary>
    private static List<LoadSample> Once(List<LoadSample> samples, string file)
    {
        List<LoadSample> sorted = [.. samples.OrderBy(s => s.Ticks)];
        List<LoadSample> once = new(sorted.Count);
        foreach (var sample in sorted)
        {
            if (once.Count == 0 || once[^1].Ticks != sample.Ticks) once.Add(sample);
            else if (double.IsNaN(once[^1].Load)) once[^1] = sample;
            else if (!double.IsNaN(sample.Load) && !once[^1].Load.Equals(sample.Load)) throw Twice(once[^1], sample, file);
        }

        return once;
    }

    private static ScalingException Twice(LoadSample one, LoadSample other, string file) => LoadFile.Wrong(
        file,
        Math.Max(one.Line, other.Line),
        $"the time is that of line {Math.Min(one.Line, other.Line)} again, but with another value ({Phrase.Exact(other.Load)} and "
        + $"{Phrase.Exact(one.Load)}): leave one of them out, choose one series, "
        + "or, if clocks were set back there, name the zone of the times");

    private static ImmutableArray<LoadPoint> Filled(List<LoadSample> samples, LoadFill fill, TimeSpan? interval, string file)
    {
        var points = ImmutableArray.CreateBuilder<LoadPoint>(samples.Count);
        var step = interval?.Ticks ?? Interval(samples);
        for (var i = 0; i < samples.Count; i++)
        {
            var (ticks, load, line) = samples[i];
            if (i > 0 && step > 0 && ticks - samples[i - 1].Ticks > Late * step)
            {
                if (fill == LoadFill.Fail) throw Missing(samples[i - 1].Ticks + step, line);
                points.Add(new(TimeSpan.FromTicks(samples[i - 1].Ticks + step - samples[0].Ticks), 0));
            }

            if (double.IsNaN(load) && fill == LoadFill.Fail) throw Missing(ticks, line);
            points.Add(new(TimeSpan.FromTicks(ticks - samples[0].Ticks), double.IsNaN(load) ? 0 : load));
        }

        return points.ToImmutable();

        ScalingException Missing(long at, int line) => LoadFile.Wrong(
            file,
            line,
            $"a sample is missing at {Phrase.Of(new DateTimeOffset(at, TimeSpan.Zero))}: fill gaps with the last value or with 0");
    }

    /// <summary>The time between most of them: the median.</summary>
    private static long Interval(List<LoadSample> samples)
    {
        List<long> all = [.. samples.Skip(1).Select((s, i) => s.Ticks - samples[i].Ticks).Order()];
        return all.Count == 0 ? 0 : all[all.Count / 2];
    }
}
