using CsCheck;

namespace AutoScaling.Simulation.Tests.Backtests;

public sealed class GridTests
{
    [Theory]
    [InlineData(60, 15, 15, 15)]
    [InlineData(60, 30, 15, 15)]
    [InlineData(300, 60, 60, 15)]
    [InlineData(60, 20, 20, 10)] // the longest that divides 20 and is at most 15
    [InlineData(1, 15, 15, 1)]
    [InlineData(60, 1, 15, 1)]
    [InlineData(7, 15, 15, 1)]
    public void Of_NoStepGiven_TakesTheLongestThatDividesAll(int rows, int interval, int scrape, int expected)
    {
        var trace = new LoadTrace("t", [.. Enumerable.Range(0, 50).Select(i => new LoadPoint(TimeSpan.FromSeconds(i * rows), i))]);
        var model = Traces.Service with { Pipeline = new() { ScrapePeriod = TimeSpan.FromSeconds(scrape) } };
        var candidate = Candidate.Of(Traces.Tracking() with { Interval = TimeSpan.FromSeconds(interval) });
        Assert.Equal(TimeSpan.FromSeconds(expected), Grid.Of(trace, model, [candidate], new()).Step);
    }

    [Fact]
    public void Of_RowsOfMilliseconds_StepsBySeconds()
    {
        var trace = new LoadTrace("t", [new(TimeSpan.Zero, 1), new(TimeSpan.FromMilliseconds(1007), 2), new(TimeSpan.FromMilliseconds(2003), 3)]);
        Assert.Equal(TimeSpan.FromSeconds(1), Grid.Of(trace, Traces.Service, [], new()).Step);
    }

    [Fact]
    public void Of_StepsAcrossRows_LoseNoRequest()
    {
        var trace = new LoadTrace("t", [new(TimeSpan.Zero, 6), new(TimeSpan.FromSeconds(4), 12), new(TimeSpan.FromSeconds(5), 0), new(TimeSpan.FromSeconds(20), 30)]);
        var load = Grid.Of(trace, Traces.Service, [], new() { Step = TimeSpan.FromSeconds(10) }).Load;
        Assert.Equal([(24.0 + 12) / 10, 0, 30], load);
    }

    [Fact]
    public void Of_AnyTrace_LosesNoRequest() =>
        Gen.Select(Gen.Int[1, 90].Array[2, 40], Gen.Double[0, 100].Array[40], Gen.Int[1, 40]).Sample((lengths, loads, step) =>
        {
            var at = 0;
            var points = new List<LoadPoint>();
            for (var i = 0; i < lengths.Length; i++)
            {
                points.Add(new(TimeSpan.FromSeconds(at), loads[i]));
                at += lengths[i];
            }

            var trace = new LoadTrace("t", [.. points]);
            var workload = Grid.Of(trace, Traces.Service, [], new() { Step = TimeSpan.FromSeconds(step) });
            var whole = workload.Load.Length * step;
            var requests = points.Select((p, i) => p.Load * Math.Max(0, Math.Min(whole, i + 1 < points.Count ? points[i + 1].At.TotalSeconds : trace.Duration.TotalSeconds) - p.At.TotalSeconds)).Sum();
            if (trace.Duration.TotalSeconds >= step) Assert.Equal(requests, workload.Load.Sum() * step, 1e-6);
        });

    [Fact]
    public void HighestAheadAndLowestBehind_AnyValues_AreThoseOfTheDefinition() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 60], Gen.Int[0, 70]).Sample((values, width) =>
        {
            int[] highest = [.. values.Select((_, i) => values[i..Math.Min(values.Length, i + width + 1)].Max())];
            int[] lowest = [.. values.Select((_, i) => values[Math.Max(0, i - width)..(i + 1)].Min())];
            Assert.Equal(highest, Grid.HighestAhead(values, width));
            Assert.Equal(lowest, Grid.LowestBehind(values, width));
        });
}
