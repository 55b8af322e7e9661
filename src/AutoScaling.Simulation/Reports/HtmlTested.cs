using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>The parts of an HTML report that say what was tested, and what the forecasts came to.</summary>
internal static class HtmlTested
{
    public static void Forecasts(ReportContent content, TextWriter writer)
    {
        var comparison = content.Comparison;
        List<(string Trace, int Number, int Run, ForecastScores Scores)> rows = [];
        for (var w = 0; w < comparison.Workloads.Length; w++)
        {
            for (var c = 0; c < comparison.Candidates.Length; c++)
            {
                if (ForecastScores.Of(comparison[w, c]) is { } scores) rows.Add((comparison.Workloads[w].Trace.Name, w, c, scores));
            }
        }

        if (rows.Count == 0) return;
        writer.Write("<section>\n<h2>Forecasts</h2>\n<div class=\"wide\"><table>\n<thead><tr>");
        string[] headings =
        [
            "candidate", .. comparison.Workloads.Length > 1 ? (string[])["trace"] : [],
            "mode", "known %", "gate open %", "enough %", "imagined cost", "target tracking's", "in charge",
        ];
        foreach (var heading in headings) writer.Write($"<th scope=\"col\">{heading}</th>");
        writer.Write("</tr></thead>\n<tbody>\n");
        foreach (var (trace, number, run, scores) in rows)
        {
            var name = HtmlText.Escape(comparison.Candidates[run].Name);
            writer.Write($"<tr><th scope=\"row\"><a href=\"#trace={number}&amp;run={run}\">{name}</a></th>");
            string[] cells =
            [
                .. comparison.Workloads.Length > 1 ? (string[])[trace] : [],
                scores.Mode == ForecastMode.Full ? "full" : "observe",
                Numbers.Count(scores.KnownTime),
                Numbers.Count(scores.OpenTime),
                Numbers.Count(scores.EnoughTime),
                Numbers.Score(scores.Cost?.Total ?? double.NaN),
                Numbers.Score(scores.BaseCost?.Total ?? double.NaN),
            ];
            foreach (var cell in cells) writer.Write($"<td>{HtmlText.Escape(cell)}</td>");
            writer.Write($"<td class=\"words\">{HtmlText.Escape(scores.ChargeText)}</td></tr>\n");
        }

        writer.Write("</tbody>\n</table></div>\n");
        writer.Write("""
            <p class="hint">Shares of the time that is scored: with a forecast (known), and of that, in which no more came than it said
            (enough). While the gate is closed, target tracking decides: the imagined run of the forecast would not have cost less. The
            imagined costs are those of about the last day, at the end, in replicas, with the load that met too few of them. The plots
            below show all of it over time.</p>
            </section>

            """.ReplaceLineEndings("\n"));
    }

    public static void Tested(ReportContent content, TextWriter writer)
    {
        writer.Write("<section>\n<h2>What was tested</h2>\n");
        foreach (var line in Reports.Tested.Sentence(content).Split('\n'))
            writer.Write($"<p class=\"tested\">{HtmlText.Escape(line)}</p>\n");
        Loads(content, writer);
        writer.Write("<h3>The policies in full</h3>\n");
        writer.Write("<p class=\"hint\">Each is a document of its own, and reads back to the same policy.</p>\n");
        foreach (var candidate in content.Comparison.Candidates)
        {
            var name = HtmlText.Escape(candidate.Name);
            if (Reports.Tested.Yaml(candidate) is not { } yaml)
            {
                writer.Write($"<p>{name}: {HtmlText.Escape(Meaning(candidate.Kind))}.</p>\n");
                continue;
            }

            writer.Write($"<details class=\"policy\">\n<summary>{name}</summary>\n");
            writer.Write($"<pre tabindex=\"0\">{HtmlText.Escape(yaml)}</pre>\n</details>\n");
        }

        writer.Write("</section>\n");
    }

    private static void Loads(ReportContent content, TextWriter writer)
    {
        if (content.Comparison.Workloads.IsEmpty) return;
        writer.Write("<div class=\"wide\"><table>\n<thead><tr>");
        foreach (var heading in (ReadOnlySpan<string>)["load", "rows", "from", "length", "steps of", "fingerprint"])
            writer.Write($"<th scope=\"col\">{heading}</th>");
        writer.Write("</tr></thead>\n<tbody>\n");
        foreach (var workload in content.Comparison.Workloads)
        {
            var trace = workload.Trace;
            writer.Write($"<tr><th scope=\"row\">{HtmlText.Escape(trace.Name)}</th>");
            string[] cells =
            [
                Phrase.Exact(trace.Points.Length),
                Numbers.Time(trace.Start),
                Phrase.Exact(trace.Duration),
                Phrase.Exact(workload.Step),
                Reports.Tested.Fingerprint(trace),
            ];
            foreach (var cell in cells) writer.Write($"<td>{HtmlText.Escape(cell)}</td>");
            writer.Write("</tr>\n");
        }

        writer.Write("</tbody>\n</table></div>\n");
        writer.Write("<p class=\"hint\">Loads with the same fingerprint have the same rows at the same times.</p>\n");
    }

    private static string Meaning(CandidateKind kind) => kind switch
    {
        CandidateKind.StaticMean => "a constant, the mean demand of the trace, rounded up",
        CandidateKind.StaticPeak => "a constant, the highest demand of the trace",
        _ => "the demand known in advance, asked for a start delay before it comes",
    };
}
