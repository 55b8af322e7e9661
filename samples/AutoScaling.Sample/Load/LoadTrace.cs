using System.Globalization;

namespace AutoScaling.Sample.Load;

/// <summary>A recorded load from a CSV file with the header <c>time_s,load</c>; a load holds until the next row, and after the last one the trace begins again.</summary>
internal sealed class LoadTrace : ILoad
{
    public const string Header = "time_s,load";

    private readonly string _file;
    private readonly double[] _times; // seconds since the first row
    private readonly double[] _loads;
    private readonly double _length;

    private LoadTrace(string file, double[] times, double[] loads)
    {
        _file = file;
        _times = times;
        _loads = loads;
        // The last load holds as long as the one before it; a single one always.
        _length = times.Length == 1 ? double.PositiveInfinity : times[^1] + (times[^1] - times[^2]);
    }

    /// <summary>How much faster than recorded the trace is played; more than 0.</summary>
    public double SpeedUp { get; init; } = 1;

    /// <summary>What every load is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(_file)}{(SpeedUp == 1 ? "" : $" at {SpeedUp:0.###} times its speed")}{(Scale == 1 ? "" : $", loads times {Scale:0.###}")}");

    public double At(TimeSpan time)
    {
        var at = time.TotalSeconds * SpeedUp;
        if (at >= _length) at %= _length;
        var index = Array.BinarySearch(_times, at);
        return Scale * _loads[index >= 0 ? index : Math.Max(0, ~index - 1)];
    }

    /// <summary>The highest load within a time from the start.</summary>
    public double PeakWithin(TimeSpan duration)
    {
        var end = duration.TotalSeconds * SpeedUp;
        var rows = end >= _length ? _times.Length : _times.TakeWhile(t => t == 0 || t < end).Count();
        return Scale * _loads.Take(rows).Max();
    }

    /// <summary>The same trace, with its highest load within a time from the start at a given value.</summary>
    /// <exception cref="SampleException">There is no load to scale.</exception>
    public LoadTrace WithPeak(double peak, TimeSpan duration)
    {
        var highest = PeakWithin(duration);
        if (highest == 0) throw new SampleException($"--peak cannot scale '{_file}', because there is no load in the part of it that is played.");
        return new(_file, _times, _loads) { SpeedUp = SpeedUp, Scale = Scale * peak / highest };
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="SampleException">The file cannot be read, or is not such a CSV; the message names the line.</exception>
    public static LoadTrace Read(string file, double speedUp = 1) => Files.Read(file, "load trace", reader => Parse(file, reader, speedUp));

    internal static LoadTrace Parse(string file, TextReader reader, double speedUp = 1)
    {
        List<double> times = [], loads = [];
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            line = line.Trim();
            if (number == 1 && !line.Equals(Header, StringComparison.OrdinalIgnoreCase)) throw Wrong($"must be the header '{Header}', but is '{Shown(line)}'");
            if (number == 1 || line.Length == 0) continue;

            var cells = line.Split(',');
            if (cells.Length != 2) throw Wrong($"must have two values, a time in seconds and a load, but is '{Shown(line)}'");
            var time = Number(cells[0], "time_s must be a number of seconds");
            var load = Number(cells[1], "load must be a number of jobs per second");
            if (load < 0) throw Wrong($"load must be at least 0, but is {Shown(cells[1])}");
            if (times.Count > 0 && time <= times[^1]) throw Wrong(string.Create(CultureInfo.InvariantCulture, $"time_s must be more than the one before ({times[^1]}), but is {Shown(cells[0])}"));
            times.Add(time);
            loads.Add(load);
        }

        if (number == 0) throw new SampleException($"Load trace '{file}' is empty; its first line must be the header '{Header}'.");
        if (times.Count == 0) throw new SampleException($"Load trace '{file}' has no row after its header.");
        return new(file, [.. times.Select(t => t - times[0])], [.. loads]) { SpeedUp = speedUp };

        double Number(string cell, string rule) =>
            double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
                ? value
                : throw Wrong($"{rule}, but is '{Shown(cell)}'");

        SampleException Wrong(string what) => new($"Load trace '{file}', line {number}: {what}.");
    }

    private static string Shown(string text) => text.Length <= 40 ? text : $"{text[..40]}...";
}
