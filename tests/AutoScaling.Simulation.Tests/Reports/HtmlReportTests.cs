using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoScaling.Simulation.Tests.Reports;

public sealed class HtmlReportTests
{
    private static readonly BacktestReport Day = new(
        SampleRuns.Compare([Candidate.StaticMean, Candidate.Hpa(70), Candidate.Threshold()], SampleRuns.Days("one day", 1)), [TableReportTests.Sweep]);

    [Fact]
    public void WriteHtml_AnyReport_NeedsNothingFromOutside()
    {
        var html = Html(Day);

        Assert.DoesNotMatch(Pattern("https?://|//[a-z]+\\.[a-z]|src\\s*=|@import|url\\(|<link|<iframe|fetch\\(|XMLHttpRequest"), html);
        Assert.All(Pattern("href\\s*=\\s*\"(?<to>[^\"]*)\"").Matches(html), m => Assert.StartsWith("#trace=", m.Groups["to"].Value, StringComparison.Ordinal));
        Assert.Contains("default-src 'none'; ", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("script")]
    [InlineData("style")]
    public void WriteHtml_ScriptAndStyle_AreAllowedByTheirHash(string element)
    {
        var html = Html(Day);
        var (open, close) = ($"<{element}>", $"</{element}>");
        var start = html.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var text = html[start..html.IndexOf(close, start, StringComparison.Ordinal)];

        Assert.Equal(1, html.Split(open).Length - 1);
        Assert.Contains($"{element}-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteHtml_NamesWithMarkup_AreEscapedEverywhere()
    {
        const string Name = "<script>alert('\"&')</script>";
        var comparison = SampleRuns.Compare([Candidate.Of(new() { Target = "x" }, Name), Candidate.StaticMean], SampleRuns.Days(Name, 1), SampleRuns.Days("</script>", 1));
        var html = Html(new(comparison, [TableReportTests.Sweep with { Setting = Name }], Name));

        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;", html, StringComparison.Ordinal);

        // One that ends for each that begins: none was ended by a name.
        Assert.Equal(Pattern("<script[ >]").Count(html), Pattern("</script>").Count(html));
        using var index = JsonDocument.Parse(Between(html, "<script type=\"application/json\" id=\"index\">"));
        Assert.Equal(Name, index.RootElement.GetProperty("candidates")[0].GetString());
        Assert.Equal("</script>", index.RootElement.GetProperty("traces")[1].GetProperty("name").GetString());
    }

    [Fact]
    public void WriteHtml_EveryScaling_ExplainsItself()
    {
        var comparison = SampleRuns.Compare([Candidate.StaticMean, Candidate.Hpa(70), Candidate.Threshold()], SampleRuns.Days("one", 1), SampleRuns.Days("two", 2));
        var html = Html(new(comparison));
        for (var w = 0; w < 2; w++)
        {
            for (var c = 0; c < 3; c++)
            {
                using var data = PlotDataTests.Open(Between(html, $"<script type=\"application/gzip\" id=\"run-{w}-{c}\">"));
                var scalings = data.RootElement.GetProperty("scalings");
                var run = comparison[w, c];

                Assert.Equal(c > 0, run.Scalings.Length > 10);
                Assert.Equal(run.Scalings.Select(s => s.Explain()), scalings.GetProperty("text").EnumerateArray().Select(t => t.GetString()!));
                Assert.Equal(run.Scalings.Select(s => s.To), scalings.GetProperty("to").EnumerateArray().Select(t => t.GetInt32()));
                Assert.Equal(run.Scalings.Select(s => s.At), Times(run.Workload.Trace.Start, scalings.GetProperty("after")));
            }
        }
    }

    [Fact]
    public void WriteHtml_Twice_GivesTheSameBytes() =>
        Assert.Equal(Html(Day), Html(new(SampleRuns.Compare([Candidate.StaticMean, Candidate.Hpa(70), Candidate.Threshold()], SampleRuns.Days("one day", 1)), [TableReportTests.Sweep])));

    [Fact]
    public void WriteHtml_LineEnds_AreTheSameOnAllSystems() => Assert.DoesNotContain('\r', Html(Day));

    [Fact]
    public void WriteHtml_WithoutScript_ShowsScoresPitfallsAndTheCurve()
    {
        var html = Html(Day);
        var summary = html[..html.IndexOf("<noscript>", StringComparison.Ordinal)];

        Assert.Matches(Pattern("<th scope=\"row\"><a href=\"#trace=0&amp;run=1\">HPA 70%</a></th><td data-value=\"1\\.[0-9]+\""), summary);
        Assert.Contains(">ε<small>rewards waste</small></th>", summary, StringComparison.Ordinal);
        Assert.Contains("θ<sub>O</sub> %<small>explodes at low demand</small></th>", summary, StringComparison.Ordinal);
        Assert.Contains("<strong>It rewards waste: never rank by it, and read it beside the cost.</strong>", summary, StringComparison.Ordinal);
        Assert.Contains("<title>target 72.5: cost 1.00, shortage 10.00 %, J 1.50</title>", summary, StringComparison.Ordinal);
        Assert.Equal(1, Pattern("<polyline").Count(summary));
    }

    [Fact]
    public void WriteHtml_CostPlot_HasALegendThatNothingCutsOff()
    {
        const string Name = "a policy with a name that is longer than any plot has room for";
        var html = Html(new(SampleRuns.Compare([Candidate.StaticPeak, Candidate.Of(new() { Target = "x" }, Name)], SampleRuns.Days("one", 1)), [TableReportTests.Sweep]));
        var legend = html[html.IndexOf("<ul class=\"keys\">", StringComparison.Ordinal)..html.IndexOf("</ul>", StringComparison.Ordinal)];

        // Text of the page wraps; text of a picture ends at its edge, and is as small as the picture.
        Assert.All(["static peak", Name, "sweep of target"], name => Assert.Contains($"<span>{name}</span></li>", legend, StringComparison.Ordinal));
        Assert.DoesNotContain("min-width: 720px", html, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteHtml_BestValues_AreThoseOfPoliciesAndNeverTheSpeedup()
    {
        var comparison = SampleRuns.Compare([Candidate.StaticPeak, Candidate.Clairvoyant, Candidate.Hpa(70), Candidate.Hpa(50)], SampleRuns.Days("one", 1));

        // The first is just as good as the best policy, and still no policy.
        comparison = comparison with { Runs = comparison.Runs.SetItem(0, comparison.Runs[0] with { Scores = comparison[0, 2].Scores }) };
        var rows = Pattern("<tr><th scope=\"row\"><a .*").Matches(Html(new(comparison))).Select(m => m.Value).ToList();

        Assert.Equal(4, rows.Count);
        Assert.DoesNotContain("best", rows[0] + rows[1], StringComparison.Ordinal);
        Assert.Matches(Pattern("run=2\">HPA 70%</a></th><td data-value=\"[0-9.]+\" class=\"best\">"), rows[2]);
        var speedup = Array.FindIndex([.. Measure.Shown], m => m.IsRatioOfScores);
        Assert.All(rows, row => Assert.DoesNotContain("best", row.Split("<td")[speedup + 1], StringComparison.Ordinal));
    }

    [Fact]
    public void WriteHtml_SweepWithoutValues_HasAnEmptyCurve() =>
        Assert.Contains("points=\"\"", Html(new(TableReportTests.Small(), [TableReportTests.Sweep with { Points = [] }])), StringComparison.Ordinal);

    [Fact]
    public void WriteHtml_NoTraces_IsStillAPage()
    {
        var html = Html(new(new() { Candidates = [Candidate.StaticMean], Workloads = [], Runs = [] }));

        Assert.Contains("<p>1 candidate on 0 traces.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"explorer\"", html, StringComparison.Ordinal);
    }

    internal static string Html(BacktestReport report)
    {
        using var writer = new StringWriter();
        report.WriteHtml(writer);
        return writer.ToString();
    }

    private static string Between(string html, string open)
    {
        var start = html.IndexOf(open, StringComparison.Ordinal) + open.Length;
        return html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)];
    }

    private static IEnumerable<DateTimeOffset> Times(DateTimeOffset start, JsonElement after)
    {
        foreach (var milliseconds in after.EnumerateArray()) yield return start += TimeSpan.FromMilliseconds(milliseconds.GetInt64());
    }

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
}
