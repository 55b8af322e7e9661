using System.Globalization;

namespace AutoScaling.Simulation.Tests.Backtests;

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
    public void Run_PolicyThatIsHeldByItsRange_ShowsForHowLong()
    {
        // 20 replicas are needed for half of the time, and 10 are allowed.
        var trace = Traces.Minutes(100, (0, 40), (50, 160));
        double AtMaximum(Candidate candidate) => Traces.Run(candidate, trace, options: All).Scores.AtMaximumTime;
        Assert.InRange(AtMaximum(Candidate.Of(Traces.Tracking(max: 10))), 45, 50);
        Assert.Equal(0, AtMaximum(Candidate.Of(Traces.Tracking(max: 100))));
        Assert.Equal(0, AtMaximum(Candidate.StaticPeak));
    }

    [Theory]
    [InlineData(1, 1000, 24)]
    [InlineData(1, 40, 24)]
    [InlineData(1, 10, 6)]
    [InlineData(0, 1, 0.6)]
    [InlineData(30, 1000, 60)]
    [InlineData(30, 60, 36)]
    public void For_RangesOfPolicies_IsACapacityWithWhichTheLoadFitsThem(int min, int max, double replicas)
    {
        var trace = Traces.Days(2);
        Assert.Equal(trace.Quantile(0.99) / replicas, ServiceModel.For(trace, new ReplicaRange(1, 1000), new ReplicaRange(min, max), new ReplicaRange(0, 0)).CapacityPerReplica, 1e-9);
        var run = Backtest.Compare([Candidate.Of(Traces.Tracking() with { Range = new(min, max) }), Candidate.Hpa(70)], [trace], cancellationToken: TestContext.Current.CancellationToken).Runs[0];
        Assert.Equal(trace.Quantile(0.99) / replicas, run.Workload.Model.CapacityPerReplica, 1e-9);
    }

    [Fact]
    public void For_NoRanges_NeedsTwentyFourReplicas() =>
        Assert.Equal(Traces.Days(1).Quantile(0.99) / 24, ServiceModel.For(Traces.Days(1)).CapacityPerReplica, 1e-9);

    [Fact]
    public void Reports_PolicyThatIsHeldByItsRange_SayThatItsRangeDecided()
    {
        var comparison = Backtest.Compare(
            [Candidate.Of(Traces.Tracking(max: 10))], [Traces.Minutes(100, (0, 40), (50, 160))], _ => Traces.Service, All, null, TestContext.Current.CancellationToken);
        var share = comparison.Runs[0].Scores.AtMaximumTime;
        Assert.InRange(share, 45, 50);
        var note = $"web is at its maximum of 10 replicas {share.ToString("0.#", CultureInfo.InvariantCulture)} % of the time, where up to 20 are needed: its range decides there, "
            + "and not its rules. Allow more, or say what a replica can serve (10.00 was assumed).";
        var report = new BacktestReport(comparison);
        using var html = new StringWriter();
        report.WriteHtml(html);
        Assert.Contains(note, report.ToTable(), StringComparison.Ordinal);
        Assert.Contains(note, report.ToJson(), StringComparison.Ordinal);
        Assert.Contains($"<p><b>{note}</b></p>", html.ToString(), StringComparison.Ordinal);
        Assert.Contains(",atMaximumTimePercent,", report.ToCsv(), StringComparison.Ordinal);
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
    public void Compare_RulesThatThrow_IsToldOfTheFirstWithCandidateTraceAndTime()
    {
        Candidate Broken(string name) => Candidate.Of(Traces.Tracking() with { Rules = [new BrokenRule()] }, name);
        for (var i = 0; i < 20; i++)
        {
            var error = Assert.Throws<ScalingException>(() => Backtest.Compare([Candidate.Threshold(), Broken("second"), Broken("first")], [Traces.Days(1, "monday"), Traces.Minutes(9, (0, 1))], cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(("'second' cannot decide on 'monday' at 2024-01-01 02:00:00Z: it is past my bedtime.", ScalingErrorKind.InvalidConfiguration), (error.Message, error.Kind));
            Assert.IsType<InvalidOperationException>(error.InnerException);
        }
    }

    [Fact]
    public void Run_CapacityOfAnotherUnit_IsRefusedBeforeItFillsTheMemory()
    {
        const string Rest = " on 'made up', where one serves 10: is CapacityPerReplica in the unit of the load?";
        string Message(Candidate candidate) => Assert.Throws<ScalingException>(() => Traces.Run(candidate, Traces.Minutes(9, (0, 1e9), (5, 2e12)))).Message;
        Assert.Equal("A backtest must get along with 1000000 replicas, but 'clairvoyant' wants 125000000" + Rest, Message(Candidate.Clairvoyant));
        Assert.Equal("A backtest must get along with 1000000 replicas, but 'static peak' wants 2147483647" + Rest, Message(Candidate.StaticPeak));
        var policy = Traces.Tracking() with { Range = new(1, 1_500_000), Rules = [new FixedRule { Replicas = 1_500_000 }] };
        Assert.Equal("A backtest must get along with 1000000 replicas, but 'web' wants 1500000" + Rest, Message(Candidate.Of(policy)));
        Assert.Equal(100, Traces.Run(Candidate.Hpa(70), Traces.Minutes(9, (0, 1e9))).Scores.ShortageShare); // it ends at its own range
    }

    [Fact]
    public void Run_TooManySteps_IsRefused()
    {
        var trace = new LoadTrace("ages", [new(TimeSpan.Zero, 1), new(TimeSpan.FromDays(1_000_000), 1)]);
        Assert.Equal(
            "A backtest must have at most 100000000 steps, but 'ages' has 11520000000 of 15s: set a longer Step.",
            Assert.Throws<ScalingException>(() => Traces.Run(Candidate.StaticMean, trace)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-300)]
    [InlineData(1e-12)]
    [InlineData(1e12)]
    [InlineData(1e300)]
    public void Compare_NoLoadOrAnyUnit_HasScoresAndReportsOfNumbersOnly(double load)
    {
        LoadTrace[] traces = [new("row", [new(TimeSpan.Zero, load)]), Traces.Minutes(90, (0, load), (40, 2 * load), (60, load / 2))];
        var report = new BacktestReport(Backtest.Compare(Candidate.Baselines, traces, cancellationToken: TestContext.Current.CancellationToken));
        using var html = new StringWriter();
        report.WriteHtml(html);
        foreach (var text in (string[])[report.ToTable(), report.ToCsv(), report.ToJson()])
        {
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\": null", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Run_IntervalsFarShorterThanSteps_EvaluatesOncePerStep()
    {
        var at = new List<DateTimeOffset>();
        var policy = Traces.Tracking() with { Interval = null, Rules = [new WatchingRule(at)] };
        Traces.Run(Candidate.Of(policy), Traces.Minutes(2, (0, 1)), options: new() { Interval = TimeSpan.FromTicks(1), Step = TimeSpan.FromSeconds(15) });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 15 * i), at.Select(t => (int)(t - at[0]).TotalSeconds));
    }

    [Theory]
    [InlineData(20, 15, new[] { 0, 30, 45, 60, 90, 105 })] // the first step at or after each due time
    [InlineData(3600, 15, new[] { 0 })] // longer than the trace
    public void Run_IntervalsThatStepsDoNotDivide_AreKeptOnAverage(int interval, int step, int[] expected)
    {
        var at = new List<DateTimeOffset>();
        var policy = Traces.Tracking() with { Interval = TimeSpan.FromSeconds(interval), Rules = [new WatchingRule(at)] };
        Traces.Run(Candidate.Of(policy), Traces.Minutes(2, (0, 1)), options: new() { Step = TimeSpan.FromSeconds(step) });
        Assert.Equal(expected, at.Select(t => (int)(t - at[0]).TotalSeconds));
    }

    [Fact]
    public void Sweep_HigherTarget_CostsLessAndLacksMore()
    {
        var sweep = new SettingSweep { Setting = "target", Values = [50, 65, 80], Policy = t => Traces.Tracking(t) };
        var curve = Backtest.Sweep(sweep, [Traces.Days(1)], _ => Traces.Service, cancellationToken: TestContext.Current.CancellationToken);
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

    [Fact]
    public void Run_AScheduleThatAddsReplicas_PutsThemOnTopWhileItIsOpen()
    {
        var onTop = new ScheduleRule { Start = "0 8 * * *", End = "0 9 * * *", TimeZone = "UTC", Replicas = 2, Bound = ScheduleBound.Add };
        var policy = Traces.Tracking() with { Rules = [new FixedRule { Replicas = 3 }, onTop] };
        var trace = new LoadTrace("t", [new(TimeSpan.Zero, 1), new(TimeSpan.FromHours(4), 1)], new(2026, 5, 5, 6, 0, 0, TimeSpan.Zero));
        var run = Traces.Run(Candidate.Of(policy), trace, options: All);
        Assert.Equal([(8, 5), (9, 3)], run.Scalings.Where(s => s.At.Hour > 7).Select(s => (s.At.Hour, s.To)));
    }

    private sealed record BrokenRule : ScalingRule
    {
        public override string Name { get; init; } = "broken";

        public override Recommendation Recommend(in RuleContext context) =>
            context.Now.Hour < 2 ? Recommendation.For(context.Current, "all is well") : throw new InvalidOperationException("it is past my bedtime.");
    }

    private sealed record WatchingRule(List<DateTimeOffset> At) : ScalingRule
    {
        public override string Name { get; init; } = "watching";

        public override Recommendation Recommend(in RuleContext context)
        {
            At.Add(context.Now);
            return Recommendation.For(context.Current, "as it is");
        }
    }

    private sealed class Told(List<BacktestProgress> told) : IProgress<BacktestProgress>
    {
        public void Report(BacktestProgress value) => told.Add(value);
    }
}
