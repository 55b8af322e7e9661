using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>A report as plain text for a console of 160 columns.</summary>
internal static class TableReport
{
    private const string Candidate = "candidate";
    private const int Gap = 2, LongestName = 28;

    public static string Of(ReportContent content)
    {
        var text = new StringBuilder();
        var comparison = content.Comparison;
        for (var w = 0; w < comparison.Workloads.Length; w++)
        {
            var (workload, number) = (comparison.Workloads[w], w);
            text.Append(workload.Trace.Name).Append(": ").Append(TraceNotes.Extent(workload)).Append('\n');
            text.Append("  ").Append(TraceNotes.Model(workload.Model)).Append('\n');
            Rows(text, content, (measure, candidate) => content.Value(measure, number, candidate));
            List<string> notes = [.. RunNotes.Of(comparison, w), .. Forecasts(comparison, w)];
            foreach (var note in notes) text.Append("  ").Append(note).Append('\n');
            if (notes.Count > 0) text.Append('\n');
        }

        if (content.HasMeans)
        {
            text.Append("Means over the ").Append(comparison.Workloads.Length).Append(" traces\n");
            Rows(text, content, content.Mean);
        }

        foreach (var sweep in content.Sweeps) Sweep(text, sweep);
        Legend(text, content);
        text.Append('\n').Append(Tested.Sentence(content)).Append('\n');
        return text.ToString();
    }

    private static void Rows(StringBuilder text, ReportContent content, Func<Measure, int, double> value)
    {
        List<string[]> rows = [[Candidate, .. Measure.Shown.Select(m => m.Heading)]];
        for (var c = 0; c < content.Comparison.Candidates.Length; c++)
        {
            var candidate = c;
            rows.Add([Shortened(content.Comparison.Candidates[c].Name), .. Measure.Shown.Select(m => m.Text(value(m, candidate)))]);
        }

        Align(text, rows);
    }

    private static IEnumerable<string> Forecasts(Comparison comparison, int workload)
    {
        for (var c = 0; c < comparison.Candidates.Length; c++)
        {
            if (ForecastScores.Of(comparison[workload, c]) is { } scores)
                yield return $"Forecasts of {comparison.Candidates[c].Name}: {scores}";
        }
    }

    private static void Sweep(StringBuilder text, SweepCurve sweep)
    {
        text.Append("Sweep of ").Append(sweep.Setting);
        text.Append(sweep.Points.IsDefaultOrEmpty ? ": no values\n\n" : ", means over the traces\n");
        if (sweep.Points.IsDefaultOrEmpty) return;
        List<string[]> rows = [["value", "cost", "short %", "τU %", "J"]];
        rows.AddRange(sweep.Points.Select(p => (string[])
            [
                Phrase.Exact(p.Value),
                Numbers.Score(p.RelativeCost),
                Numbers.Score(p.ShortageShare),
                Numbers.Score(p.UnderTime),
                Numbers.Score(p.J),
            ]));
        Align(text, rows);
    }

    private static void Align(StringBuilder text, List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            text.Append("  ").Append(row[0].PadRight(widths[0]));
            for (var i = 1; i < row.Length; i++) text.Append(row[i].PadLeft(widths[i] + Gap));
            text.Append('\n');
        }

        text.Append('\n');
    }

    private static void Legend(StringBuilder text, ReportContent content)
    {
        var width = Measure.Shown.Max(m => m.Heading.Length) + Gap;
        foreach (var measure in Measure.Shown)
        {
            text.Append(measure.Heading.PadRight(width)).Append(measure.Meaning);
            if (measure.Pitfall.Sentence.Length > 0) text.Append(' ').Append(measure.Pitfall.Sentence);
            text.Append('\n');
        }

        text.Append("The baseline of ε is ").Append(content.Baseline).Append(".\n").Append(Measure.DemandDefinition).Append('\n');
        if (content.HasMeans) text.Append(Measure.MeansDefinition).Append('\n');
    }

    private static string Shortened(string name) =>
        name.Length <= LongestName ? name : string.Concat(name.AsSpan(0, LongestName - 1), "…");
}
