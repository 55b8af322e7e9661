using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Backtests;

/// <summary>What a backtest writes, in one folder.</summary>
internal sealed class ReportFiles
{
    private readonly string _json;
    private readonly string _csv;

    /// <summary>Makes the folder ready.</summary>
    /// <exception cref="CommandException">It cannot be written to.</exception>
    public ReportFiles(string folder)
    {
        Files.PrepareFolder(folder);
        Html = Path.Combine(folder, "report.html");
        _json = Path.Combine(folder, "report.json");
        _csv = Path.Combine(folder, "report.csv");
    }

    public string Html { get; }

    public void Write(BacktestReport report)
    {
        using (var html = new StreamWriter(Html)) report.WriteHtml(html);
        File.WriteAllText(_json, report.ToJson());
        File.WriteAllText(_csv, report.ToCsv());
    }
}
