namespace AutoScaling.Evaluating;

/// <summary>A metric source that could not be asked.</summary>
/// <param name="Source">Its name; the default source has none.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
/// <param name="Thrown">What it threw; <see langword="null"/> if it threw nothing.</param>
internal sealed record FailedSource(string? Source, string Reason, Exception? Thrown);
