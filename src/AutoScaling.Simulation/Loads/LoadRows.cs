using System.Collections.Immutable;

namespace AutoScaling.Simulation.Loads;

/// <summary>What a reader of loads found: everything that a trace is made of.</summary>
/// <param name="Name">What the trace is called in reports.</param>
/// <param name="Points">Its rows.</param>
/// <param name="Start">When the first row was; <see langword="null"/> if nothing says so.</param>
internal readonly record struct LoadRows(string Name, ImmutableArray<LoadPoint> Points, DateTimeOffset? Start);
