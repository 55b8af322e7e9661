using System.Buffers;
using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>A report as CSV (RFC 4180): a header and one row for each backtest.</summary>
internal static class CsvReport
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    public static string Of(ReportContent content)
    {
        var text = new StringBuilder();
        Row(text, ["trace", "candidate", "kind", .. Measure.All.Select(m => m.Key)]);
        var comparison = content.Comparison;
        for (var w = 0; w < comparison.Workloads.Length; w++)
        {
            for (var c = 0; c < comparison.Candidates.Length; c++)
            {
                var (workload, candidate) = (w, c);
                Row(text,
                [
                    comparison.Workloads[w].Trace.Name,
                    comparison.Candidates[c].Name,
                    JsonReport.Kind(comparison.Candidates[c]),
                    .. Measure.All.Select(m => Phrase.Exact(content.Value(m, workload, candidate))),
                ]);
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Quoted)).Append("\r\n");

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(Special) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
