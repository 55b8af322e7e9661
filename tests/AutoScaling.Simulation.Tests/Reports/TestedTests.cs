using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoScaling.Simulation.Tests.Reports;

/// <summary>A report says what was tested, so that it can be repeated.</summary>
public sealed class TestedTests
{
    private const string Command = "autoscaling backtest --policy 'my <shop>.yaml'";

    private static readonly Candidate Shop = Candidate.Of(
        new() { Target = "shop", Range = new(2, 40), Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 55 }, new ForecastRule { Load = MetricRef.RequestRate }] });

    private static readonly Comparison Compared =
        SampleRuns.Compare([Candidate.StaticPeak, Candidate.Hpa(70), Shop], SampleRuns.Days("one", 1)) with { Options = new() { Seed = 42, WarmUpShare = .5, Step = TimeSpan.FromSeconds(15) } };

    [Fact]
    public void WriteHtml_EveryPolicy_StandsThereInFull()
    {
        var html = HtmlReportTests.Html(new(Compared) { Command = Command });
        var policies = Regex.Matches(html, "<pre tabindex=\"0\">(?<yaml>[^<]*)</pre>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10))
            .Select(m => Assert.Single(PolicyDocument.ParseYaml(WebUtility.HtmlDecode(m.Groups["yaml"].Value))));
        Assert.Equal(Compared.Candidates.Select(c => c.Policy).OfType<ScalingPolicy>(), policies);
        Assert.Contains("<p>static peak: a constant, the highest demand of the trace.</p>", html, StringComparison.Ordinal);
        Assert.Contains($"Tested by AutoScaling.Simulation {Tested.Version}, seed 42, interval 30s where a policy has none, step 15s, the first 50 % not scored.", html, StringComparison.Ordinal);
        Assert.Contains("Command: autoscaling backtest --policy &#39;my &lt;shop&gt;.yaml&#39;", html, StringComparison.Ordinal);
        Assert.Contains("concurrency = concurrency, cpu = utilization, queue = queue, request_rate = arrival rate", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_EveryReport_HoldsPoliciesOptionsAndModel()
    {
        using var json = JsonDocument.Parse(new BacktestReport(Compared) { Command = Command }.ToJson());
        var root = json.RootElement;

        Assert.Equal((Tested.Version, Command), (root.GetProperty("version").GetString(), root.GetProperty("command").GetString()));
        Assert.Equal(42, root.GetProperty("options").GetProperty("seed").GetInt32());
        Assert.Equal(0.5, root.GetProperty("options").GetProperty("warmUpShare").GetDouble());
        Assert.Equal(Shop.Policy, Assert.Single(PolicyDocument.ParseYaml(root.GetProperty("candidates")[2].GetProperty("policy").GetString()!)));
        var trace = root.GetProperty("traces")[0];
        Assert.Equal("utilization", trace.GetProperty("model").GetProperty("metrics").GetProperty("cpu").GetString());
        Assert.Equal(Tested.Fingerprint(Compared.Workloads[0].Trace), trace.GetProperty("fingerprint").GetString());
    }

    [Fact]
    public void ToTable_Command_IsItsLastLine() =>
        Assert.EndsWith($"\nCommand: {Command}\n", new BacktestReport(Compared) { Command = Command }.ToTable(), StringComparison.Ordinal);

    [Fact]
    public void Yaml_RuleWithoutAType_SaysWhyItIsMissing() =>
        Assert.StartsWith("# The policy cannot be written as a document: ", Tested.Yaml(Candidate.Of(new() { Target = "x", Rules = [new Own()] })), StringComparison.Ordinal);

    [Fact]
    public void Fingerprint_AnotherRowOrAnotherDay_IsAnother()
    {
        LoadPoint[] rows = [new(TimeSpan.Zero, 1), new(TimeSpan.FromMinutes(1), 2)];
        var start = DateTimeOffset.UnixEpoch;
        var same = Tested.Fingerprint(new("a", [.. rows], start));
        Assert.Equal(same, Tested.Fingerprint(new("another name", [.. rows], start)));
        Assert.NotEqual(same, Tested.Fingerprint(new("a", [rows[0], rows[1] with { Load = 3 }], start)));
        Assert.NotEqual(same, Tested.Fingerprint(new("a", [.. rows], start.AddDays(1))));
    }

    [Fact]
    public void Compare_Options_AreToldWithTheResult()
    {
        var options = new BacktestOptions { Seed = 7 };
        Assert.Same(options, Backtest.Compare([Candidate.StaticMean], [Traces.Minutes(5, (0, 1))], _ => Traces.Service, options, null, TestContext.Current.CancellationToken).Options);
    }

    private sealed record Own : ScalingRule
    {
        public override string Name { get; init; } = "own";

        public override Recommendation Recommend(in RuleContext context) => Recommendation.None("it has no opinion");
    }
}
