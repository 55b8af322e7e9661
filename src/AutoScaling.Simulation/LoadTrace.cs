using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>One row of a load trace.</summary>
/// <param name="At">The time since the start of the trace.</param>
/// <param name="Load">The load from then until the next row, usually in requests per second; finite and at least 0.</param>
public readonly record struct LoadPoint(TimeSpan At, double Load);

/// <summary>A recorded load: a value holds until the next row. Immutable and thread-safe.</summary>
public sealed class LoadTrace
{
    private readonly ImmutableArray<LoadPoint> _points;

    /// <summary>Creates a trace.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="points">The rows: the first at 0, each later than the one before, at least 1.</param>
    /// <param name="start">When the first row was, for schedules; <see langword="null"/> for Monday 2024-01-01 00:00 UTC.</param>
    /// <exception cref="ScalingException">A row breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public LoadTrace(string name, ImmutableArray<LoadPoint> points, DateTimeOffset? start = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (points.IsDefaultOrEmpty) throw Setting.Invalid($"The load trace '{name}' must have at least 1 row, but has none.");
        for (var i = 0; i < points.Length; i++)
        {
            var (at, load) = points[i];
            if (!(load >= 0 && double.IsFinite(load))) throw Setting.Invalid($"The load of '{name}' at {at} must be a number of at least 0, but is {Setting.Exact(load)}.");
            if (i == 0 ? at != TimeSpan.Zero : at <= points[i - 1].At)
                throw Setting.Invalid($"The times of '{name}' must begin at 0 and increase, but row {i + 1} is at {at}{(i == 0 ? "" : $" after {points[i - 1].At}")}.");
        }

        Name = name;
        Start = start ?? new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _points = points;

        // The last row holds as long as the one before it.
        Duration = points.Length == 1 ? TimeSpan.FromSeconds(60) : points[^1].At + (points[^1].At - points[^2].At);
    }

    /// <summary>What it is called in reports.</summary>
    public string Name { get; }

    /// <summary>When the first row was.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>How long it is, the last row included.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The rows.</summary>
    public ImmutableArray<LoadPoint> Points => _points;

    /// <summary>The load below which a share of the rows lies, as the least row that suffices (nearest rank).</summary>
    /// <param name="share">The share, more than 0 and at most 1: 0.99 for the 99th percentile.</param>
    public double Quantile(double share)
    {
        Setting.Share(share, nameof(share));
        double[] sorted = [.. _points.Select(p => p.Load)];
        Array.Sort(sorted);
        return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }

    /// <summary>The trace's name.</summary>
    public override string ToString() => Name;
}
