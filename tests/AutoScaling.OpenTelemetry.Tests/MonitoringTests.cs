using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoScaling.Prometheus.Tests.Server;
using AutoScaling.Tests.Readme;

namespace AutoScaling.OpenTelemetry.Tests;

/// <summary>Dashboard and alerts name what a host really shows, as Prometheus gets it.</summary>
[Collection("one at a time")] // OpenTelemetry hears the meters of the whole process, of other tests' hosts, too
public sealed partial class MonitoringTests(ScrapedHost host) : IClassFixture<ScrapedHost>
{
    public static TheoryData<string> All => [.. Expressions.OfAlerts().Concat(Expressions.OfDashboard()).Distinct(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(All))]
    public void Expression_EveryMetricAndLabel_IsInARealScrape(string expression)
    {
        var named = Expressions.Named(expression).ToList();
        Assert.NotEmpty(named);
        foreach (var (metric, labels) in named)
        {
            Assert.Contains(metric, host.Names);
            Assert.Subset(host.Labels[metric], labels.ToHashSet(StringComparer.Ordinal));
        }

        // What an expression puts metrics together by, one of its metrics has at least.
        Assert.All(Expressions.Grouped(expression), label => Assert.Contains(named, n => host.Labels[n.Metric].Contains(label)));
    }

    /// <summary>Words that expressions choose by, such as failed: a host says them, or the page on telemetry lists them.</summary>
    [Fact]
    public void Expressions_EveryWordThatTheyChooseBy_IsOneThatTheLibraryUses()
    {
        var page = File.ReadAllText(Document.PathOf("docs/telemetry.md"));
        var words = All.SelectMany(row => Quoted().Matches((string)row).Select(m => m.Groups["word"].Value)).SelectMany(w => w.Split('|'))
            .Distinct().Except(["web", "db"]).ToList();
        Assert.NotEmpty(words);
        Assert.All(words, word => Assert.Contains($"`{word}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Dashboard_EveryInstrumentOfTargets_IsShown()
    {
        var shown = Expressions.OfDashboard().SelectMany(Expressions.Named).Select(n => n.Metric).ToHashSet(StringComparer.Ordinal);
        var all = host.Names.Where(n => !n.EndsWith("_sum", StringComparison.Ordinal) && !n.EndsWith("_count", StringComparison.Ordinal));
        Assert.Empty(all.Except(shown));
    }

    [Fact]
    public void Dashboard_Panels_HaveNumbersTitlesAndTheChosenDataSource()
    {
        var panels = JsonNode.Parse(File.ReadAllText(Document.PathOf(Expressions.Dashboard)))!["panels"]!.AsArray();
        Assert.Equal(panels.Count, panels.Select(p => (int)p!["id"]!).Distinct().Count());
        Assert.All(panels, p => Assert.NotEqual("", (string)p!["title"]!));
        Assert.All(panels.Where(p => (string)p!["type"]! != "row"), p => Assert.Equal("${datasource}", (string)p!["datasource"]!["uid"]!));
    }

    [Theory]
    [InlineData("check", Expressions.Alerts)]
    [InlineData("test", "docs/monitoring/alerts.tests.yaml")]
    public void Alerts_ByPromtool_AreGood(string what, string file) => Promtool(what, "rules", Document.PathOf(file));

    /// <summary>promtool reads expressions of rules, so each of the dashboard becomes one.</summary>
    [Fact]
    public void Dashboard_ByPromtool_HasGoodExpressions()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("dashboard").FullName, "rules.yaml");
        var rules = Expressions.OfDashboard().Select((e, at) => new JsonObject { ["record"] = $"panel:{at}", ["expr"] = e });
        File.WriteAllText(file, new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "panels", ["rules"] = new JsonArray([.. rules]) }) }.ToJsonString());
        Promtool("check", "rules", file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Alerts_EveryOne_IsTested()
    {
        var tests = File.ReadAllText(Document.PathOf("docs/monitoring/alerts.tests.yaml"));
        var alerts = Alert().Matches(File.ReadAllText(Document.PathOf(Expressions.Alerts))).Select(m => m.Groups["name"].Value).ToList();
        Assert.Equal(Expressions.OfAlerts().Count(), alerts.Count);
        Assert.All(alerts, alert => Assert.Matches($"alertname: {alert}\n +exp_alerts:\n", tests));
    }

    private static void Promtool(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(PrometheusInstall.Folder, "promtool"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{output.Result}\n{error}");
    }

    [GeneratedRegex(@"=~?""(?<word>[^""]*)""", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Alert();
}
