using System.Text.Json;

namespace AutoScaling.Simulation.Tests.Reports;

/// <summary>A report shows what a forecast saw: beside what came, who made it, the gate, and the imagined costs.</summary>
public sealed class ForecastReportTests
{
    private static readonly Comparison Compared = Backtest.Compare(
        [Candidate.Hpa(70), Candidate.Forecast(MetricRef.RequestRate)], [Traces.Days(3)], _ => Traces.Service, null, null, CancellationToken.None);

    private static readonly BacktestRun Run = Compared[0, 1];

    [Fact]
    public void Run_ForecastRule_KeepsItsOutlooksAsTheyChange()
    {
        Assert.Empty(Compared[0, 0].Forecasts);
        Assert.InRange(Run.Forecasts.Length, 3 * 1440 / 2, 3 * 1440 * 2); // one a minute, or nearly so
        Assert.Equal(Run.Forecasts.Select(f => f.Step).Order().Distinct(), Run.Forecasts.Select(f => f.Step));
        Assert.All(Run.Forecasts.Where(f => f.Step < 60), f => Assert.False(f.Outlook.IsKnown));
        Assert.All(Run.Forecasts.Where(f => f.Step < 240), f => Assert.False(f.Outlook.IsOpen));

        // What it said of the scalings is what they explain.
        var scaled = Run.Scalings.Last(s => s.Recommendations[0].Reason == RecommendationReason.Forecast);
        Assert.Contains(ForecastOutlook.Of(scaled.Recommendations[0])!.ToString(), scaled.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Came_AStepUp_IsSeenAsLongAheadAsTheForecastLooks()
    {
        var outlook = Run.Forecasts[^1].Outlook;
        Assert.Equal(TimeSpan.FromMinutes(2), outlook.Ahead);
        var workload = SampleRuns.Workload("step", [.. Enumerable.Repeat(10.0, 16), .. Enumerable.Repeat(30.0, 16)]);
        var run = SampleRuns.Of(Candidate.Forecast(), workload, [.. Enumerable.Repeat(1, 32)]) with { Forecasts = [new(0, outlook), new(8, outlook), new(9, outlook), new(31, outlook)] };
        Assert.Equal([1, 1, 3, 3], ForecastCourse.Came(run));
    }

    [Fact]
    public void Of_PlotData_HoldsBandForecasterGateAndCosts()
    {
        using var json = PlotDataTests.Open(PlotData.Of(Run, 1));
        var forecast = json.RootElement.GetProperty("forecast");
        double?[] Column(string name) => [.. forecast.GetProperty(name).EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? (double?)null : v.GetDouble())];
        var names = forecast.GetProperty("names").EnumerateArray().Select(n => n.GetString()).ToList();
        var step = 0.0;
        Assert.Equal(Run.Forecasts.Select(f => (double)f.Step), Column("after").Select(a => step += a!.Value));
        Assert.Equal(Run.Forecasts.Select(f => f.Outlook.Forecaster), Column("name").Select(n => names[(int)n!]));
        Assert.Equal(Run.Forecasts.Select(f => f.Outlook.IsOpen ? 1.0 : 0), Column("open").Select(o => o!.Value));
        Assert.Null(Column("upTo")[0]);
        Assert.Null(Column("cost")[0]);
        var last = Run.Forecasts[^1].Outlook;
        Assert.Equal(last.UpTo, Column("upTo")[^1]!.Value / 1000, 3);
        Assert.Equal(last.Expected, Column("expected")[^1]!.Value / 1000, 3);
        Assert.Equal(last.Cost!.Value.Total, Column("cost")[^1]!.Value / 1000, 3);
        Assert.Equal(last.BaseCost!.Value.Total, Column("baseCost")[^1]!.Value / 1000, 3);

        using var other = PlotDataTests.Open(PlotData.Of(Compared[0, 0], 1));
        Assert.False(other.RootElement.TryGetProperty("forecast", out _));
    }

    [Fact]
    public void Of_PlotDataOfYears_KeepsEveryTurn()
    {
        var (open, shut) = (Run.Forecasts.First(f => f.Outlook.IsOpen), Run.Forecasts[0]);
        var workload = SampleRuns.Workload("t", [.. Enumerable.Repeat(1.0, 200_000)]);
        var run = SampleRuns.Of(Candidate.Forecast(), workload, [.. Enumerable.Repeat(1, 200_000)]) with
        {
            Forecasts = [.. Enumerable.Range(0, 200_000).Select(i => (i == 100_001 ? open : shut) with { Step = i })],
        };
        using var json = PlotDataTests.Open(PlotData.Of(run, 1));
        var gate = json.RootElement.GetProperty("forecast").GetProperty("open").EnumerateArray().Select(o => o.GetInt32()).ToList();
        Assert.InRange(gate.Count, 50_000, 90_000);
        Assert.Equal(1, gate.Sum());
    }

    [Fact]
    public void Reports_WithAForecast_SayWhatItCameTo()
    {
        var report = new BacktestReport(Compared);
        var scores = ForecastScores.Of(Run)!;
        Assert.Null(ForecastScores.Of(Compared[0, 0]));
        Assert.InRange(scores.KnownTime, 99, 100);
        Assert.InRange(scores.OpenTime, 1, 100);
        Assert.InRange(scores.EnoughTime, 50, 100);
        Assert.Equal(100, scores.InCharge.Sum(f => f.Time), 6);

        Assert.Contains($"  Forecasts of forecast, request_rate: the gate was open {Numbers.Count(scores.OpenTime)} % of the time; in charge: ", report.ToTable(), StringComparison.Ordinal);
        var html = HtmlReportTests.Html(report);
        Assert.Contains("<h2>Forecasts</h2>", html, StringComparison.Ordinal);
        Assert.Contains($"<td class=\"words\">{scores.ChargeText}</td>", html, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(report.ToJson());
        var told = Assert.Single(json.RootElement.GetProperty("traces")[0].GetProperty("forecasts").EnumerateArray());
        Assert.Equal(scores.OpenTime, told.GetProperty("gateOpenTimePercent").GetDouble());
        Assert.Equal(scores.Cost!.Value.Total, told.GetProperty("imaginedCost").GetDouble());
        Assert.DoesNotContain("<h2>Forecasts</h2>", HtmlReportTests.Html(new(TableReportTests.Small())), StringComparison.Ordinal);
    }
}
