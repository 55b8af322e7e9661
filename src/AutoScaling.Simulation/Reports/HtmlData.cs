using System.Text;
using System.Text.Json;

namespace AutoScaling.Simulation.Reports;

/// <summary>
/// What the script of an HTML report reads: names and times as JSON, and the data of each trace and backtest, compressed.
/// </summary>
internal static class HtmlData
{
    public static void Write(ReportContent content, TextWriter writer)
    {
        var comparison = content.Comparison;
        writer.Write($"<script type=\"application/json\" id=\"index\">{Index(content)}</script>\n");
        var stride = PlotData.Stride(comparison);

        // Compressing takes longest, so all backtests of one trace are compressed at once; more would fill the memory.
        for (var w = 0; w < comparison.Workloads.Length; w++)
        {
            writer.Write($"<script type=\"application/gzip\" id=\"trace-{w}\">{PlotData.Of(comparison.Workloads[w])}</script>\n");
            var trace = w;
            var candidates = Enumerable.Range(0, comparison.Candidates.Length);
            var runs = candidates.AsParallel().AsOrdered().Select(c => PlotData.Of(comparison[trace, c], stride)).ToList();
            for (var c = 0; c < runs.Count; c++) writer.Write($"<script type=\"application/gzip\" id=\"run-{w}-{c}\">{runs[c]}</script>\n");
        }
    }

    // Utf8JsonWriter escapes '<', so that no name can end the script element.
    private static string Index(ReportContent content)
    {
        var comparison = content.Comparison;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("candidates");
            foreach (var candidate in comparison.Candidates) json.WriteStringValue(candidate.Name);
            json.WriteEndArray();

            // What the report opens with: a policy, if there is one, since a constant has nothing to explain.
            json.WriteNumber("first", Math.Max(0, comparison.Candidates.ToList().FindIndex(c => c.Kind == CandidateKind.Policy)));
            json.WriteStartArray("traces");
            for (var w = 0; w < comparison.Workloads.Length; w++)
            {
                var workload = comparison.Workloads[w];
                json.WriteStartObject();
                json.WriteString("name", workload.Trace.Name);
                json.WriteNumber("start", workload.Trace.Start.ToUnixTimeMilliseconds());
                json.WriteNumber("step", workload.Step.TotalMilliseconds);
                json.WriteNumber("steps", workload.Load.Length);
                json.WriteNumber("scoredFrom", workload.ScoredFrom);
                json.WriteNumber("objective", workload.Model.ObjectiveUtilization);
                json.WriteStartArray("scores");
                for (var c = 0; c < comparison.Candidates.Length; c++) json.WriteStringValue(Scores(content, w, c));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string Scores(ReportContent content, int workload, int candidate)
    {
        string[] keys = ["j", "relativeCost", "shortageSharePercent", "underTimePercent", "latencyP99Seconds", "scalings"];
        return string.Join(" · ", keys.Select(key =>
        {
            var measure = Measure.All.First(m => string.Equals(m.Key, key, StringComparison.Ordinal));
            return $"{measure.Heading} {measure.Text(content.Value(measure, workload, candidate))}";
        }));
    }
}
