using AutoScaling.Simulation.Reports;

namespace AutoScaling.Simulation;

/// <summary>
/// A comparison as a table, JSON, CSV, or one HTML file that needs nothing else. The same comparison always gives the same bytes. JSON and
/// HTML hold all that it takes to repeat it: every policy in full, the model, the options with the seed, the library's version.
/// </summary>
public sealed class BacktestReport
{
    private readonly ReportContent _content;

    /// <summary>Creates a report.</summary>
    /// <param name="comparison">What is reported.</param>
    /// <param name="sweeps">Curves of cost against shortage to show with it.</param>
    /// <param name="baseline">The name of the candidate that elastic speedup is against; <see langword="null"/> for the first.</param>
    /// <exception cref="ScalingException">
    /// No candidate has the name, or a backtest is missing (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public BacktestReport(Comparison comparison, IEnumerable<SweepCurve>? sweeps = null, string? baseline = null)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        _content = new(comparison, [.. sweeps ?? []], baseline);
    }

    /// <summary>The command line that made it, shown so that it can be repeated.</summary>
    /// <value><see langword="null"/> by default: no command did.</value>
    public string? Command
    {
        get => _content.Command;
        init => _content.Command = value;
    }

    /// <summary>The scores as a table of plain text.</summary>
    public string ToTable() => TableReport.Of(_content);

    /// <summary>The scores as JSON, numbers in full.</summary>
    public string ToJson() => JsonReport.Of(_content);

    /// <summary>The scores as CSV, one row for each backtest.</summary>
    public string ToCsv() => CsvReport.Of(_content);

    /// <summary>The scores, plots and explanations as one HTML file.</summary>
    /// <param name="writer">Where it goes; best as UTF-8, which the file says it is.</param>
    public void WriteHtml(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        HtmlReport.Write(_content, writer);
    }
}
