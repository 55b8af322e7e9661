using System.Collections.Immutable;
using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>Reads loads as CSV.</summary>
internal static class CsvLoad
{
    public const string Header = "time_s,load";

    public static LoadRows Parse(TextReader reader, string name, string file, DateTimeOffset? start)
    {
        var points = ImmutableArray.CreateBuilder<LoadPoint>();
        var number = 0;
        decimal first = 0, before = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            var text = line.AsSpan().Trim();
            if (number == 1)
            {
                if (!text.Equals(Header, StringComparison.OrdinalIgnoreCase))
                    throw Wrong($"must be the header '{Header}', but is {LoadFile.Shown(text)}");
                continue;
            }

            if (text.IsEmpty) continue;
            var comma = text.IndexOf(',');
            if (comma < 0 || text[(comma + 1)..].Contains(','))
                throw Wrong($"must have two values, a time in seconds and a load, but is {LoadFile.Shown(text)}");
            ReadOnlySpan<char> timeCell = text[..comma], loadCell = text[(comma + 1)..];

            // Decimal, so that the differences of times since 1970 with fractions are exact.
            if (!decimal.TryParse(timeCell, NumberStyles.Float, CultureInfo.InvariantCulture, out var time) || Math.Abs(time) > LoadFile.MostSeconds)
                throw Wrong($"time_s must be a number of seconds, but is {LoadFile.Shown(timeCell)}");
            if (!double.TryParse(loadCell, NumberStyles.Float, CultureInfo.InvariantCulture, out var load) || !double.IsFinite(load))
                throw Wrong($"load must be a number, but is {LoadFile.Shown(loadCell)}");
            if (load < 0) throw Wrong($"load must be at least 0, but is {Phrase.Exact(load)}");

            if (points.Count == 0) first = before = time;
            var at = TimeSpan.FromTicks((long)((time - first) * TimeSpan.TicksPerSecond));
            if (points.Count > 0 && at <= points[^1].At)
                throw Wrong(FormattableString.Invariant($"time_s must be more than the one before ({before}), but is {time}"));
            points.Add(new(at, load));
            before = time;
        }

        if (number == 0) throw new ScalingException([$"Load trace '{file}' is empty; its first line must be the header '{Header}'."]);
        if (points.Count == 0) throw new ScalingException([$"Load trace '{file}' has no row after its header."]);
        return new(name, points.DrainToImmutable(), start);

        ScalingException Wrong(string what) => LoadFile.Wrong(file, number, what);
    }
}
