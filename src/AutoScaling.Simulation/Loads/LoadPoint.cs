namespace AutoScaling.Simulation;

/// <summary>One row of a load trace.</summary>
/// <param name="At">The time since the start of the trace.</param>
/// <param name="Load">The load from then until the next row, usually in requests per second; finite and at least 0.</param>
public readonly record struct LoadPoint(TimeSpan At, double Load);
