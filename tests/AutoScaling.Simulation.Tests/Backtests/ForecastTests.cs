using System.Text.Json;

namespace AutoScaling.Simulation.Tests.Backtests;

/// <summary>The forecast rule in backtests: what it gains, and that it never costs much.</summary>
public sealed class ForecastTests
{
    private static readonly BacktestOptions All = new() { WarmUpShare = 0 };
    private static readonly ScalingPolicy ByRate = Policy(new() { Load = MetricRef.RequestRate });
    private static readonly ScalingPolicy ByCpu = Policy(new());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_ConstantLoad_IsServedAtItsObjectiveWithoutChanges(bool byRate)
    {
        var run = Traces.Run(Candidate.Of(byRate ? ByRate : ByCpu), Traces.Minutes(1440, (0, 100)), options: All);
        Assert.Equal(0, run.Scores.ShortageShare, 6);
        var last = run.Desired[(run.Desired.Length / 2)..].Distinct().ToList();
        Assert.Equal(13, Assert.Single(last)); // 10 in full use, at 80 % each
    }

    [Fact]
    public void Run_FirstHour_IsTargetTracking()
    {
        var trace = Traces.Minutes(60, (0, 40), (10, 160), (30, 40), (50, 90));
        var hpa = Traces.Run(Candidate.Hpa(70), trace, options: All);
        Assert.Equal(hpa.Desired, Traces.Run(Candidate.Of(ByRate), trace, options: All).Desired);
        Assert.Equal(hpa.Desired, Traces.Run(Candidate.Of(ByCpu), trace, options: All).Desired);
    }

    [Theory]
    [InlineData(true, 60)]
    [InlineData(true, 180)]
    [InlineData(false, 60)]
    public void Run_SquareWave_KnowsTheNextEdgeAfterADay(bool byRate, int delay)
    {
        // An hour of load every four hours.
        var trace = new LoadTrace("on and off", [.. Enumerable.Range(0, 5 * 1440).Select(m => new LoadPoint(TimeSpan.FromMinutes(m), m % 240 < 60 ? 200 : 4))]);
        var model = Traces.Service with { StartDelay = StartDelay.Constant(TimeSpan.FromSeconds(delay)) };
        var hpa = Traces.Run(Candidate.Hpa(70), trace, model, new() { WarmUpShare = .6 }).Scores;
        var forecast = Traces.Run(Candidate.Of(byRate ? ByRate : ByCpu), trace, model, new() { WarmUpShare = .6 }).Scores;
        Assert.True(hpa.ShortageShare > 5, $"{hpa.ShortageShare}");
        Assert.InRange(forecast.ShortageShare, 0, byRate ? .01 : 3);
        Assert.InRange(forecast.J / hpa.J, 0, .8);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_SpikesWithoutPattern_CostsHardlyMoreThanTargetTracking(ulong seed)
    {
        var random = new Spikes(seed);
        var trace = new LoadTrace("spikes", [.. Enumerable.Range(0, 4 * 1440).Select(m => new LoadPoint(TimeSpan.FromMinutes(m), random.Next()))]);
        var hpa = Traces.Run(Candidate.Hpa(70), trace).Scores;
        foreach (var policy in new[] { ByCpu, ByRate })
            Assert.InRange(Traces.Run(Candidate.Of(policy), trace).Scores.J / hpa.J, 0, 1.04);
    }

    [Fact]
    public void Run_TwiceAtATimeWithOnePolicyObject_SharesNothing()
    {
        LoadTrace[] traces = [Traces.Days(2, "a"), Traces.Days(1, "b")];
        Comparison Compare(int parallelism) => Backtest.Compare(
            [Candidate.Of(ByRate, "x"), Candidate.Of(ByRate, "y")], traces, _ => Traces.Service, new() { Parallelism = parallelism }, null, TestContext.Current.CancellationToken);
        var (one, four) = (Compare(1), Compare(4));
        Assert.Equal(one.Runs.Select(r => r.Scores), four.Runs.Select(r => r.Scores));
        Assert.Equal(one[0, 0].Desired, one[0, 1].Desired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_RestartedAtEveryTick_DecidesTheSame(bool seasons)
    {
        var policy = Policy(new() { Load = MetricRef.RequestRate, Seasons = seasons });
        var seen = new List<(DateTimeOffset At, ScalingObservation Observation)>();
        Traces.Run(Candidate.Of(policy with { Rules = [policy.Rules[0], new Witness(seen)] }), Traces.Days(1));
        var (state, restarted) = (ScalingState.New, ScalingState.New);
        foreach (var (at, observation) in seen)
        {
            restarted = ScalingState.FromJson(restarted.ToJson());
            var decision = ScalingDecisionEngine.Decide(policy, state, observation, at);
            Assert.Equal(decision.ToJson(), ScalingDecisionEngine.Decide(policy, restarted, observation, at).ToJson());
            var outcome = decision.From == decision.To ? ScaleOutcome.Unchanged : ScaleOutcome.Applied;
            (state, restarted) = (state.After(decision, outcome), restarted.After(decision, outcome));
        }

        Assert.Equal(state, restarted);
        using var json = JsonDocument.Parse(state.ToJson());
        var memory = json.RootElement.GetProperty("memories").GetProperty("forecast").GetRawText();
        Assert.InRange(memory.Length, 100, seasons ? 12_000 : 1_000);
    }

    [Fact]
    public void Run_OnlyObserves_DecidesAsTargetTracking()
    {
        var tracking = Traces.Tracking(70);
        var observing = tracking with { Rules = [new ForecastRule { Name = "cpu", Load = MetricRef.RequestRate }] };
        var trace = Traces.Days(2);
        Assert.Equal(Traces.Run(Candidate.Of(tracking), trace).Desired, Traces.Run(Candidate.Of(observing), trace).Desired);
    }

    private static ScalingPolicy Policy(ForecastRule rule) => Traces.Tracking(max: 1000) with { Rules = [rule with { Mode = ForecastMode.Full }] };

    /// <summary>Keeps what the rules saw, and has no say.</summary>
    private sealed record Witness(List<(DateTimeOffset At, ScalingObservation Observation)> Seen) : ScalingRule
    {
        public override string Name { get; init; } = "witness";

        public override Recommendation Recommend(in RuleContext context)
        {
            if (Seen.Count == 0 || Seen[^1].At != context.Now) Seen.Add((context.Now, context.Observation));
            return Recommendation.None("it only looks");
        }
    }

    /// <summary>A quiet load with jumps at times, and of sizes and lengths, that nothing announces.</summary>
    private sealed class Spikes(ulong seed)
    {
        private ulong _state = seed * 0x9E3779B97F4A7C15;
        private int _left;
        private double _load = 30;

        public double Next()
        {
            if (_left-- > 0) return _load;
            _left = 2 + (int)(Random() * 40);
            return _load = Random() < .35 ? 60 + (Random() * 240) : 20 + (Random() * 20);
        }

        private double Random()
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (_state >> 11) / (double)(1UL << 53);
        }
    }
}
