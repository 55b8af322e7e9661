using System.Text.Json.Nodes;

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
}
