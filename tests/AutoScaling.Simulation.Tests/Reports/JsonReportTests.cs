using System.Text.Json;

namespace AutoScaling.Simulation.Tests.Reports;

public sealed class JsonReportTests
{
    [Fact]
    public void ToJson_TwoTraces_HoldsModelScoresMeansAndSweeps()
    {
        var comparison = SampleRuns.Compare([Candidate.StaticMean, Candidate.Hpa(70)], SampleRuns.Days("one", 1), SampleRuns.Days("two", 2));
        using var json = JsonDocument.Parse(new BacktestReport(comparison, [TableReportTests.Sweep], "HPA 70%").ToJson());
        var root = json.RootElement;

        Assert.Equal("HPA 70%", root.GetProperty("baseline").GetString());
        Assert.Equal(["staticMean", "policy"], root.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("kind").GetString()!));
        var trace = root.GetProperty("traces")[1];
        Assert.Equal("two", trace.GetProperty("name").GetString());
        Assert.Equal(15, trace.GetProperty("stepSeconds").GetDouble());
        Assert.Equal(2880, trace.GetProperty("scoredFromStep").GetInt32());
        Assert.Equal(0.8, trace.GetProperty("model").GetProperty("objectiveUtilization").GetDouble());
        Assert.Equal(0.5, trace.GetProperty("model").GetProperty("latencyObjectiveSeconds").GetDouble());

        var run = trace.GetProperty("runs")[1];
        Assert.Equal("HPA 70%", run.GetProperty("candidate").GetString());
        Assert.Equal(comparison[1, 1].Scores.RelativeCost, run.GetProperty("relativeCost").GetDouble());
        Assert.Equal(comparison[1, 1].Scores.J, run.GetProperty("j").GetDouble());
        Assert.Equal(1, run.GetProperty("elasticSpeedup").GetDouble());

        var mean = root.GetProperty("means")[0];
        Assert.Equal((comparison[0, 0].Scores.J + comparison[1, 0].Scores.J) / 2, mean.GetProperty("j").GetDouble(), 12);
        var speedups = Enumerable.Range(0, 2).Select(w => comparison[w, 0].Scores.ElasticSpeedup(comparison[w, 1].Scores)).ToList();
        Assert.Equal(Math.Sqrt(speedups[0] * speedups[1]), mean.GetProperty("elasticSpeedup").GetDouble(), 12);

        var points = root.GetProperty("sweeps")[0].GetProperty("points");
        Assert.Equal([50, 72.5], points.EnumerateArray().Select(p => p.GetProperty("value").GetDouble()));
        Assert.Equal(10, points[1].GetProperty("shortageSharePercent").GetDouble());
    }

    [Fact]
    public void ToJson_ScoreThatIsNoNumber_IsNull()
    {
        var comparison = TableReportTests.Small();
        comparison = comparison with { Runs = [.. comparison.Runs.Select(r => r with { Scores = r.Scores with { RelativeCost = double.NaN } })] };
        using var json = JsonDocument.Parse(new BacktestReport(comparison).ToJson());

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("means")[0].GetProperty("j").ValueKind);
    }
}
