using System.CommandLine;
using AutoScaling.Tool.Backtests;

namespace AutoScaling.Tool.Tests.Backtests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("backtest --load day.csv --seed 7", "--load", "day.csv", "--output", "here", "--seed=7")]
    [InlineData("backtest --policy 'my shop.yaml' --sweep 'rules[0].target=40..90..10'", "--policy", "my shop.yaml", "--sweep", "rules[0].target=40..90..10")]
    [InlineData("""backtest --load 'it'\''s.csv' ''""", "--load", "it's.csv", "")]
    [InlineData("backtest --load https://...@prom:9090/", "--load", "https://me:secret@prom:9090/")]
    public void Of_AnyOptions_AreWhatAShellWants(string expected, params string[] options) =>
        Assert.Equal(
            $"autoscaling {expected}",
            CommandLine.Of("autoscaling", new RootCommand { BacktestCommand.Create(new()) }.Parse(["backtest", .. options])));
}
