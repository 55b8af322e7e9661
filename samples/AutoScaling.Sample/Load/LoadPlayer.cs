using System.Collections.Immutable;
using System.Globalization;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Sample.Load;

/// <summary>Plays a recorded load; after its end it begins again.</summary>
internal sealed class LoadPlayer(LoadTrace trace, string file) : ILoad
{
    private static readonly Comparer<LoadPoint> ByTime = Comparer<LoadPoint>.Create((a, b) => a.At.CompareTo(b.At));

    /// <summary>How much faster than recorded the trace is played; more than 0.</summary>
    public double SpeedUp { get; init; } = 1;

    /// <summary>What every load is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}{(SpeedUp == 1 ? "" : $" at {SpeedUp:0.###} times its speed")}{(Scale == 1 ? "" : $", loads times {Scale:0.###}")}");

    public double At(TimeSpan time)
    {
        var at = TimeSpan.FromSeconds(time.TotalSeconds * SpeedUp % trace.Duration.TotalSeconds);
        var index = trace.Points.BinarySearch(new(at, 0), ByTime);
        return Scale * trace.Points[index >= 0 ? index : ~index - 1].Load;
    }

    /// <summary>The highest load within a time from the start.</summary>
    public double PeakWithin(TimeSpan duration)
    {
        var end = duration.TotalSeconds * SpeedUp;
        return Scale * trace.Points.TakeWhile(p => p.At == TimeSpan.Zero || p.At.TotalSeconds < end).Max(p => p.Load);
    }

    /// <summary>The same trace, with its highest load within a time from the start at a given value.</summary>
    /// <exception cref="CommandException">There is no load to scale.</exception>
    public LoadPlayer WithPeak(double peak, TimeSpan duration)
    {
        var highest = PeakWithin(duration);
        if (highest == 0) throw new CommandException($"--peak cannot scale '{file}', because there is no load in the part of it that is played.");
        return new(trace, file) { SpeedUp = SpeedUp, Scale = Scale * peak / highest };
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ScalingException">It cannot be read, or is no load; the message names the line.</exception>
    public static LoadPlayer Read(string file, double speedUp = 1) => new(LoadTrace.Read(file), file) { SpeedUp = speedUp };
}
