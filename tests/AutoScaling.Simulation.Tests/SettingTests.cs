namespace AutoScaling.Simulation.Tests;

public sealed class SettingTests
{
    public static TheoryData<string, Action> Broken => new()
    {
        { "CapacityPerReplica must be more than 0, but is 0.", () => _ = new ServiceModel { CapacityPerReplica = 0 } },
        { "CapacityPerReplica must be more than 0, but is NaN.", () => _ = new ServiceModel { CapacityPerReplica = double.NaN } },
        { "ObjectiveUtilization must be more than 0 and at most 1, but is 1.5.", () => _ = Traces.Service with { ObjectiveUtilization = 1.5 } },
        { "InitialCapacity must be more than 0 and at most 1, but is 0.", () => _ = Traces.Service with { InitialCapacity = 0 } },
        { "WarmUp must be at least 0, but is -1d 1s.", () => _ = Traces.Service with { WarmUp = -TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1) } },
        { "WarmUp must be at least 0, but is -1s.", () => _ = Traces.Service with { WarmUp = TimeSpan.FromSeconds(-1) } },
        { "Timeout must be at least 0, but is -1s.", () => _ = Traces.Service with { Timeout = TimeSpan.FromSeconds(-1) } },
        { "Drain must be at least 0, but is -1s.", () => _ = Traces.Service with { Drain = TimeSpan.FromSeconds(-1) } },
        { "ConcurrencyPerReplica must be at least 1, but is 0.", () => _ = Traces.Service with { ConcurrencyPerReplica = 0 } },
        { "LatencyObjective must be more than 0, but is 0s.", () => _ = Traces.Service with { LatencyObjective = TimeSpan.Zero } },
        { "ScrapePeriod must be more than 0, but is 0s.", () => _ = new MetricPipeline { ScrapePeriod = TimeSpan.Zero } },
        { "Window must be more than 0, but is 0s.", () => _ = new MetricPipeline { Window = TimeSpan.Zero } },
        { "PublicationLag must be at least 0, but is -1s.", () => _ = new MetricPipeline { PublicationLag = TimeSpan.FromSeconds(-1) } },
        { "InitialDelay must be at least 0, but is -1s.", () => _ = new MetricPipeline { InitialDelay = TimeSpan.FromSeconds(-1) } },
        { "StartDelay must be at least 0, but is -1s.", () => StartDelay.Constant(TimeSpan.FromSeconds(-1)) },
        { "StartDelay.Median must be more than 0, but is 0s.", () => StartDelay.LogNormal(TimeSpan.Zero, TimeSpan.FromSeconds(1)) },
        { "StartDelay.P95 must be at least Median (1m), but is 30s.", () => StartDelay.LogNormal(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30)) },
        { "Value must be a finite number, but is NaN.", () => ModelMetric.Constant(double.NaN) },
        { "Interval must be more than 0, but is 0s.", () => _ = new BacktestOptions { Interval = TimeSpan.Zero } },
        { "Step must be more than 0, but is 0s.", () => _ = new BacktestOptions { Step = TimeSpan.Zero } },
        { "WarmUpShare must be at least 0 and less than 1, but is 1.", () => _ = new BacktestOptions { WarmUpShare = 1 } },
        { "Parallelism must be at least 1, but is 0.", () => _ = new BacktestOptions { Parallelism = 0 } },
        { "The load trace 't' must have at least 1 row, but has none.", () => _ = new LoadTrace("t", []) },
        { "The load of 't' at 0s must be at least 0, but is -1.", () => _ = new LoadTrace("t", [new(TimeSpan.Zero, -1)]) },
        { "The times of 't' must begin at 0 and increase, but row 1 is at 1s.", () => _ = new LoadTrace("t", [new(TimeSpan.FromSeconds(1), 1)]) },
        { "The times of 't' must begin at 0 and increase, but row 3 is at 5s after 5s.", () => _ = new LoadTrace("t", [new(TimeSpan.Zero, 1), new(TimeSpan.FromSeconds(5), 1), new(TimeSpan.FromSeconds(5), 1)]) },
        { "share must be more than 0 and at most 1, but is 0.", () => Traces.Days(1).Quantile(0) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Setting_Broken_IsOneSentence(string sentence, Action set)
    {
        var error = Assert.Throws<ScalingException>(set);
        Assert.Equal((sentence, ScalingErrorKind.InvalidConfiguration), (error.Message, error.Kind));
    }

    [Fact]
    public void Quantile_NearestRank_IsARow() => Assert.Equal(99, new LoadTrace("t", [.. Enumerable.Range(1, 100).Select(i => new LoadPoint(TimeSpan.FromSeconds(i - 1), i))]).Quantile(0.99));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(8, 1)]
    [InlineData(8.001, 2)]
    [InlineData(24.000000000001, 3)] // what division adds is no reason for another replica
    public void Demand_Load_IsTheFewestReplicasThatMeetTheObjective(double load, int expected) => Assert.Equal(expected, Traces.Service.Demand(load));
}
