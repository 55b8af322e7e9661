using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>Tables of scores as HTML.</summary>
internal static class HtmlTable
{
    public static void Scores(ReportContent content, TextWriter writer, Func<Measure, int, double> value, int trace)
    {
        writer.Write("<div class=\"wide\"><table class=\"scores\">\n<thead><tr><th scope=\"col\">candidate</th>");
        foreach (var measure in Measure.Shown)
        {
            var title = $"{measure.Meaning} {measure.Pitfall.Sentence}".TrimEnd();
            writer.Write($"<th scope=\"col\" title=\"{Escape(title)}\">{Heading(measure)}");
            if (measure.Pitfall.Short.Length > 0) writer.Write($"<small>{measure.Pitfall.Short}</small>");
            writer.Write("</th>");
        }

        writer.Write("</tr></thead>\n<tbody>\n");
        var best = Measure.Shown.Select(m => Best(content, m, c => value(m, c))).ToList();
        for (var c = 0; c < content.Comparison.Candidates.Length; c++)
        {
            var candidate = content.Comparison.Candidates[c];
            writer.Write($"<tr><th scope=\"row\"><a href=\"#trace={trace}&amp;run={c}\">{Escape(candidate.Name)}</a></th>");
            for (var m = 0; m < Measure.Shown.Length; m++)
            {
                var (measure, score) = (Measure.Shown[m], value(Measure.Shown[m], c));
                var text = Escape(measure.Text(score));
                var isBest = candidate.Kind == CandidateKind.Policy && string.Equals(text, best[m], StringComparison.Ordinal);
                writer.Write($"<td data-value=\"{Phrase.Exact(score)}\"{(isBest ? " class=\"best\"" : "")}>{text}</td>");
            }

            writer.Write("</tr>\n");
        }

        writer.Write("</tbody>\n</table></div>\n");
    }

    public static void Legend(TextWriter writer)
    {
        writer.Write("<p class=\"hint\"><span class=\"best\">Marked</span>: the best of the policies, where they differ; ");
        writer.Write("baselines that are no policy do not take part.</p>\n");
        writer.Write("<details open>\n<summary>What the columns mean, and what to beware of</summary>\n<dl class=\"legend\">\n");
        foreach (var measure in Measure.Shown)
        {
            writer.Write($"<div><dt>{Heading(measure)}</dt><dd>{Escape(measure.Meaning)}");
            if (measure.Pitfall.Sentence.Length > 0) writer.Write($" <strong>{Escape(measure.Pitfall.Sentence)}</strong>");
            writer.Write("</dd></div>\n");
        }

        writer.Write("</dl>\n</details>\n");
    }

    /// <summary>The best of the policies as it is shown; <see langword="null"/> if they do not differ.</summary>
    private static string? Best(ReportContent content, Measure measure, Func<int, double> value)
    {
        if (!measure.LessIsBetter) return null;
        var candidates = content.Comparison.Candidates;
        var policies = Enumerable.Range(0, candidates.Length).Where(c => candidates[c].Kind == CandidateKind.Policy);
        var values = policies.Select(value).Where(double.IsFinite).ToList();
        if (values.Count == 0) return null;
        var (least, most) = (Escape(measure.Text(values.Min())), Escape(measure.Text(values.Max())));
        return string.Equals(least, most, StringComparison.Ordinal) ? null : least;
    }

    // θU is a theta with an index.
    private static string Heading(Measure measure) =>
        measure.Heading is ['θ' or 'τ', var index, ..]
            ? $"{measure.Heading[0]}<sub>{index}</sub>{measure.Heading[2..]}"
            : Escape(measure.Heading);

    private static string Escape(string text) => HtmlText.Escape(text);
}
