namespace AutoScaling.Simulation;

/// <summary>A comparison as a table, JSON, CSV, or one HTML file that needs nothing else. The same comparison always gives the same bytes.</summary>
public sealed class BacktestReport
{
    /// <summary>Creates a report.</summary>
    /// <param name="comparison">What is reported.</param>
    /// <param name="sweeps">Curves of cost against shortage to show with it.</param>
    /// <param name="baseline">The name of the candidate that elastic speedup is against; <see langword="null"/> for the first.</param>
    /// <exception cref="ScalingException">No candidate has the name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public BacktestReport(Comparison comparison, IEnumerable<SweepCurve>? sweeps = null, string? baseline = null) => throw new NotSupportedException();

    /// <summary>The scores as a table of plain text.</summary>
    public string ToTable() => throw new NotSupportedException();

    /// <summary>The scores as JSON, numbers in full.</summary>
    public string ToJson() => throw new NotSupportedException();

    /// <summary>The scores as CSV, one row for each backtest.</summary>
    public string ToCsv() => throw new NotSupportedException();

    /// <summary>The scores, plots and explanations as one HTML file.</summary>
    /// <param name="writer">Where it goes.</param>
    public void WriteHtml(TextWriter writer) => throw new NotSupportedException();
}
