namespace AutoScaling.Simulation.Tests;

public sealed class BacktestTests
{
    private static readonly BacktestOptions All = new() { WarmUpShare = 0 };

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(180)]
    public void Run_Clairvoyant_NeverLacksAReplicaAndCostsExactlyItself(int delay)
    {
        var model = Traces.Service with { StartDelay = StartDelay.Constant(TimeSpan.FromSeconds(delay)) };
        var run = Traces.Run(Candidate.Clairvoyant, Traces.Days(2), model, All);
        Assert.Equal(run.Workload.ClairvoyantReady, run.Ready);
        Assert.Equal(run.Workload.ClairvoyantDesired, run.Desired);
        Assert.Equal((0.0, 0.0, 1.0), (run.Scores.UnderTime, run.Scores.ShortageShare, run.Scores.RelativeCost));
        if (delay == 0) Assert.Equal(run.Workload.Demand, run.Ready);
    }

    [Fact]
    public void Run_StaticBaselines_AreTheMeanRoundedUpAndThePeak()
    {
        var trace = Traces.Minutes(100, (0, 8), (75, 80)); // 1 replica, then 10: 3.25 on average
        Assert.Equal(4, Assert.Single(Traces.Run(Candidate.StaticMean, trace).Ready.Distinct()));
        var peak = Traces.Run(Candidate.StaticPeak, trace);
        Assert.Equal(10, Assert.Single(peak.Ready.Distinct()));
        Assert.Equal(0, peak.Scores.UnderTime);
    }

    [Fact]
    public void Run_ScoredPart_LeavesTheWarmUpOut()
    {
        var trace = Traces.Minutes(100, (0, 80), (25, 8));
        var scores = Traces.Run(Candidate.StaticMean, trace, options: new() { WarmUpShare = 0.25 }).Scores;
        Assert.Equal((0.0, 0.0, 100.0), (scores.UnderTime, scores.ShortageShare, scores.OverTime));
        Assert.Equal(1.25, scores.Hours, 9);
        Assert.True(Traces.Run(Candidate.StaticMean, trace, options: All).Scores.ShortageShare > 50);
    }

    [Fact]
    public void Run_Scores_CountScalingsReversalsAndCost()
    {
        var model = Traces.Service with { StartDelay = StartDelay.Constant(TimeSpan.FromSeconds(60)) };
        var run = Traces.Run(Candidate.Of(Traces.Tracking()), Traces.Minutes(60, (0, 40), (20, 160), (40, 40)), model, All);
        Assert.Equal((run.Scalings.Count(s => s.Direction == ScaleDirection.Up), run.Scalings.Count(s => s.Direction == ScaleDirection.Down)), (run.Scores.ScaleUps, run.Scores.ScaleDowns));
        Assert.True(run.Scores is { ScaleUps: > 0, ScaleDowns: > 0, Reversals: > 0 });
        Assert.Equal(run.Ready.Sum() / 240.0, run.Scores.ReplicaHours, 9);
        Assert.Equal(run.Desired.Sum() / 240.0, run.Scores.PaidReplicaHours, 9); // starting replicas cost, and nothing drains
        Assert.All(run.Scalings, s => Assert.StartsWith("web goes from ", s.Explain(), StringComparison.Ordinal));
    }

    [Fact]
    public void Compare_ManyAtATime_GivesTheSameAsOneByOne()
    {
        Candidate[] candidates = [Candidate.Hpa(70), Candidate.Threshold(), Candidate.Clairvoyant];
        LoadTrace[] traces = [Traces.Days(1, "a"), Traces.Minutes(90, (0, 10), (30, 200), (60, 30))];
        Comparison Compare(int parallelism) => Backtest.Compare(candidates, traces, _ => Traces.Service, new() { Parallelism = parallelism }, null, TestContext.Current.CancellationToken);
        var (one, four) = (Compare(1), Compare(4));
        Assert.Equal(one.Runs.Select(r => (r.Candidate.Name, r.Workload.Trace.Name, r.Scores)), four.Runs.Select(r => (r.Candidate.Name, r.Workload.Trace.Name, r.Scores)));
        Assert.Equal(("threshold", "made up"), (one[1, 1].Candidate.Name, one[1, 1].Workload.Trace.Name));
    }

    [Fact]
    public void Compare_Progress_TellsOfEveryRun()
    {
        var told = new List<BacktestProgress>();
        Backtest.Compare([Candidate.StaticMean, Candidate.StaticPeak], [Traces.Minutes(10, (0, 1))], null, new() { Parallelism = 1 }, new Told(told), TestContext.Current.CancellationToken);
        Assert.Equal([(1, 2, "static mean"), (2, 2, "static peak")], told.Select(t => (t.Done, t.All, t.Run.Candidate.Name)));
    }

    [Fact]
    public void Compare_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Backtest.Compare([Candidate.StaticMean], [Traces.Days(1)], cancellationToken: stop.Token));
    }

    [Fact]
    public void Compare_TwoOfOneName_IsRefused()
    {
        var error = Assert.Throws<ScalingException>(() => Backtest.Compare([Candidate.Hpa(70), Candidate.Hpa(70)], [Traces.Days(1)], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("Candidates must have different names, but 2 are called 'HPA 70%'.", error.Message);
    }

    [Fact]
    public void Compare_NoCandidatesOrTraces_IsRefused()
    {
        Assert.Equal("Candidates must hold at least 1 candidate, but is empty.", Assert.Throws<ScalingException>(() => Backtest.Compare([], [Traces.Days(1)], cancellationToken: TestContext.Current.CancellationToken)).Message);
        Assert.Equal("Traces must hold at least 1 trace, but is empty.", Assert.Throws<ScalingException>(() => Backtest.Compare([Candidate.StaticMean], [], cancellationToken: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Sweep_HigherTarget_CostsLessAndLacksMore()
    {
        var curve = Backtest.Sweep("target", [50, 65, 80], t => Traces.Tracking(t), [Traces.Days(1)], _ => Traces.Service, null, null, TestContext.Current.CancellationToken);
        Assert.Equal([50, 65, 80], curve.Points.Select(p => p.Value));
        Assert.Equal(["target = 50", "target = 65", "target = 80"], curve.Points.Select(p => p.Candidate.Name));
        Assert.Equal(curve.Points.OrderByDescending(p => p.RelativeCost), curve.Points);
        Assert.Equal(curve.Points.OrderBy(p => p.ShortageShare), curve.Points);
    }

    [Fact]
    public void Run_SchedulesOfThePolicy_HoldAtTheTimesOfTheTrace()
    {
        var policy = Traces.Tracking() with { Rules = [new ScheduleRule { Start = "0 8 * * *", End = "0 9 * * *", TimeZone = "UTC", Replicas = 7, Bound = ScheduleBound.Floor }] };
        var trace = new LoadTrace("t", [new(TimeSpan.Zero, 1), new(TimeSpan.FromHours(4), 1)], new(2026, 5, 5, 6, 0, 0, TimeSpan.Zero));
        var run = Traces.Run(Candidate.Of(policy), trace, options: All);
        Assert.Equal([(8, 7), (9, 1)], run.Scalings.Select(s => (s.At.Hour, s.To)));
    }

    private sealed class Told(List<BacktestProgress> told) : IProgress<BacktestProgress>
    {
        public void Report(BacktestProgress value) => told.Add(value);
    }
}
