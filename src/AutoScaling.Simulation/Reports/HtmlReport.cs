using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>
/// A report as one HTML file that needs no network: tables and the cost curve are plain HTML and SVG, the plots of the backtests are drawn
/// by a script.
/// </summary>
internal static class HtmlReport
{
    private const string Title = "Backtest report";

    public static void Write(ReportContent content, TextWriter writer)
    {
        var style = Resource("report.css");
        var script = Resource("series.js") + Resource("chart.js") + Resource("report.js");

        // Browsers run only the script with this hash, should a name ever get past the escaping.
        writer.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'">
            <title>{Title}</title>
            <style>{style}</style>
            </head>
            <body>
            <h1>{Title}</h1>

            """.ReplaceLineEndings("\n"));
        Summary(content, writer);
        writer.Write("<section>\n<h2>Cost against shortage</h2>\n");
        CostPlot.Write(content, writer);
        writer.Write("</section>\n");
        HtmlTested.Forecasts(content, writer);
        if (content.Comparison.Runs.Length > 0) writer.Write(Resource("explorer.html"));
        ByTrace(content, writer);
        Models(content, writer);
        HtmlTested.Tested(content, writer);
        HtmlData.Write(content, writer);
        writer.Write($"<script>{script}</script>\n</body>\n</html>\n");
    }

    private static void Summary(ReportContent content, TextWriter writer)
    {
        var (candidates, traces) = (content.Comparison.Candidates.Length, content.Comparison.Workloads.Length);
        writer.Write($"<section>\n<h2>{(content.HasMeans ? "Scores, means over the traces" : "Scores")}</h2>\n");
        writer.Write($"<p>{candidates} {(candidates == 1 ? "candidate" : "candidates")} on {traces} {(traces == 1 ? "trace" : "traces")}");
        if (content.Comparison.Workloads is [var only])
            writer.Write($": <b>{HtmlText.Escape(only.Trace.Name)}</b>, {TraceNotes.Extent(only)}");
        var means = content.HasMeans ? " " + Measure.MeansDefinition : "";
        writer.Write(
            $". Elastic speedup (ε) is against <b>{HtmlText.Escape(content.Baseline)}</b>. "
                + $"{Measure.DemandDefinition}{means}</p>\n");
        if (content.HasMeans) HtmlTable.Scores(content, writer, content.Mean, 0);
        else if (traces == 1) HtmlTable.Scores(content, writer, (m, c) => content.Value(m, 0, c), 0);
        if (traces == 1) Notes(content, writer, 0);
        HtmlTable.Legend(writer);
        writer.Write("</section>\n");
    }

    private static void Notes(ReportContent content, TextWriter writer, int workload)
    {
        foreach (var note in RunNotes.Of(content.Comparison, workload)) writer.Write($"<p><b>{HtmlText.Escape(note)}</b></p>\n");
    }

    private static void ByTrace(ReportContent content, TextWriter writer)
    {
        if (!content.HasMeans) return;
        writer.Write("<section>\n<h2>Scores by trace</h2>\n");
        for (var w = 0; w < content.Comparison.Workloads.Length; w++)
        {
            var (trace, workload) = (w, content.Comparison.Workloads[w]);
            writer.Write($"<h3>{HtmlText.Escape(workload.Trace.Name)}</h3>\n<p>{TraceNotes.Extent(workload)}</p>\n");
            HtmlTable.Scores(content, writer, (m, c) => content.Value(m, trace, c), w);
            Notes(content, writer, w);
        }

        writer.Write("</section>\n");
    }

    private static void Models(ReportContent content, TextWriter writer)
    {
        writer.Write("<section>\n<h2>What was assumed of the service</h2>\n<div class=\"wide\"><table>\n<thead><tr>");
        string[] headings =
        [
            "trace", "demand", "start delay", "warm-up", "timeout", "drain", "concurrency", "latency objective",
            "scrape period", "window", "lag", "silent after start", "metrics",
        ];
        foreach (var heading in headings) writer.Write($"<th scope=\"col\">{heading}</th>");
        writer.Write("</tr></thead>\n<tbody>\n");
        foreach (var workload in content.Comparison.Workloads)
        {
            var (model, pipeline) = (workload.Model, workload.Model.Pipeline);
            writer.Write($"<tr><th scope=\"row\">{HtmlText.Escape(workload.Trace.Name)}</th>");
            string[] cells =
            [
                TraceNotes.Demand(model),
                model.StartDelay.ToString(),
                model.WarmUp == TimeSpan.Zero ? "none" : $"{Phrase.Exact(model.WarmUp)} from {Phrase.Exact(100 * model.InitialCapacity)} %",
                Phrase.Exact(model.Timeout),
                Phrase.Exact(model.Drain),
                Numbers.Count(model.ConcurrencyPerReplica),
                Numbers.Latency(model.LatencyObjectiveSeconds),
                Phrase.Exact(pipeline.ScrapePeriod),
                Phrase.Exact(pipeline.Window),
                Phrase.Exact(pipeline.PublicationLag),
                Phrase.Exact(pipeline.InitialDelay),
                string.Join(", ", model.Metrics.Select(m => $"{m.Key} = {m.Value}")),
            ];
            foreach (var cell in cells) writer.Write($"<td>{HtmlText.Escape(cell)}</td>");
            writer.Write("</tr>\n");
        }

        writer.Write("</tbody>\n</table></div>\n</section>\n");
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // Browsers hash what they read, and they read every line end as LF.
    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"AutoScaling.Simulation.Reports.{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
