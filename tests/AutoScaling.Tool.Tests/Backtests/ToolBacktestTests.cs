using System.Text.Json.Nodes;
using AutoScaling.Tests.Readme;

namespace AutoScaling.Tool.Tests.Backtests;

public sealed class ToolBacktestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Backtest_PoliciesOfAConfigMap_AreScoredAndTheReportNamesTheCommand()
    {
        _folder.Write("map.yaml", Lint.Traps.ConfigMap);
        _folder.Write("hour.csv", "time_s,load\n0,20\n900,60\n1800,90\n2700,30\n");
        string[] run = ["backtest", "--policy", "map.yaml", "--load", "hour.csv"];
        var (exitCode, output, errors) = await Tool.RunIn(_folder.Path, [.. run, "--output", "report"]);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains(" web ", output, StringComparison.Ordinal);
        var report = JsonNode.Parse(File.ReadAllText(_folder.At("report/report.json")))!;
        Assert.Contains($"autoscaling {string.Join(' ', run)}", report.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>The README's own policies and its own command, as a newcomer tries them.</summary>
    [Fact]
    public async Task Backtest_PoliciesAndCommandOfTheReadme_RunAsTheyStandThere()
    {
        var readme = new Document("README.md");
        _folder.Write("policies.yaml", Assert.Single(readme.Blocks("yaml")));
        File.Copy(Document.PathOf("samples/AutoScaling.Sample/loads/day.csv"), _folder.At("requests.csv"));
        var command = readme.Lines.Single(line => line.StartsWith("autoscaling backtest", StringComparison.Ordinal));
        var (exitCode, output, errors) = await Tool.RunIn(_folder.Path, command.Split(' ')[1..]);

        Assert.Equal(0, exitCode);
        Assert.Equal(
            "The model does not know 'memory': it is 0 at all times, so that no rule asks for more because of it. Say what it shows with --metric memory=NUMBER.",
            errors.Trim());
        Assert.Contains(" web-service ", output, StringComparison.Ordinal);
        Assert.Contains(" orders ", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("report/report.html")));
    }

    [Fact]
    public async Task Backtest_MemoryIsGiven_NothingIsAssumed()
    {
        _folder.Write("web.yaml", "policies: [ { service: web, memoryTarget: 80 } ]");
        _folder.Write("hour.csv", "time_s,load\n0,20\n900,60\n1800,90\n2700,30\n");
        string[] run = ["backtest", "--policy", "web.yaml", "--load", "hour.csv", "--no-baselines"];
        var (exitCode, low, errors) = await Tool.RunIn(_folder.Path, [.. run, "--metric", "memory=40"]);
        Assert.Equal((0, ""), (exitCode, errors));
        var (_, high, _) = await Tool.RunIn(_folder.Path, [.. run, "--metric", "memory=95"]);
        Assert.NotEqual(low, high);
    }
}
