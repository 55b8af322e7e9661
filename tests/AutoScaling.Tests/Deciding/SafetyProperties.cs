using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>What holds for every policy, whatever it sees.</summary>
public sealed class SafetyProperties
{
    [Fact]
    public void Decide_Anything_EndsInsideTheNarrowedRange() => ForEach(e =>
    {
        Assert.InRange(e.Decision.Range.Min, e.Policy.Range.Min, e.Policy.Range.Max);
        Assert.InRange(e.Decision.Range.Max, e.Decision.Range.Min, e.Policy.Range.Max);
        AssertAllowed(e);
    });

    [Fact]
    public void Decide_TheSameAgain_IsTheSameDecision() => ForEach(e =>
    {
        var json = e.Decision.ToJson();
        Assert.Equal(json, ScalingDecisionEngine.Decide(e.Policy, e.Before, e.Observation, e.Now).ToJson());

        // Nor does a state forget anything on its way through JSON.
        var saved = ScalingState.FromJson(e.Before.ToJson());
        Assert.Equal(json, ScalingDecisionEngine.Decide(e.Policy, saved, e.Observation, e.Now).ToJson());
        Assert.Equal(e.After.ToJson(), saved.After(e.Decision, e.Outcome).ToJson());
        Assert.Equal(json, ScalingDecision.FromJson(json).ToJson());
    });

    [Fact]
    public void Decide_SomethingUnreadable_NeverRemovesReplicas() => ForEach(e =>
    {
        if (e.WasOutOfRange) return;
        var blind = false;
        for (var i = 0; i < e.Policy.Rules.Length; i++)
        {
            // A rule that asks for more than there is in spite of what it cannot read would do so even more with it.
            var said = e.Decision.Recommendations[i];
            var asksForMore = said.Kind == RecommendationKind.Replicas && said.Replicas > e.Decision.From;
            blind |= said.Kind == RecommendationKind.Unavailable;
            blind |= !asksForMore && Deciding(e.Policy.Rules[i]).Any(m => IsUnreadable(e, m));
        }

        if (blind) Assert.True(e.Decision.To >= e.Decision.From, $"{e}");
    });

    [Fact]
    public void Decide_APersonSaidSomething_GoesBeforeAllElse() => ForEach(e =>
    {
        foreach (var kind in Enum.GetValues<ScalingOverrideKind>())
        {
            var said = kind == ScalingOverrideKind.Hold ? ScalingOverride.Hold(7, e.Now) : ScalingOverride.Pause(e.Now, kind);
            var decision = ScalingDecisionEngine.Decide(e.Policy, e.Before.WithOverride(said), e.Observation, e.Now);
            if (kind == ScalingOverrideKind.Hold) Assert.Equal(7, decision.To);
            if (kind is ScalingOverrideKind.Pause or ScalingOverrideKind.PauseScaleUp) Assert.True(decision.To <= decision.From);
            if (kind is ScalingOverrideKind.Pause or ScalingOverrideKind.PauseScaleDown) Assert.True(decision.To >= decision.From);
            var state = e.Before.WithOverride(said).After(decision, ScaleOutcome.Applied);
            Assert.Equal(state, ScalingState.FromJson(state.ToJson()));
        }
    });

    [Fact]
    public void Decide_Anything_LeavesATrailThatLeadsFromTheWishToTheAnswer() => ForEach(e =>
    {
        var decision = e.Decision;
        Assert.Equal(decision.Steps.Select(s => s.Guard).Distinct().Order(), decision.Steps.Select(s => s.Guard));
        var fromWish = decision.Steps.Where(s => s.Guard != ScalingGuard.OutOfRange).ToList(); // the wish comes after the clamp
        foreach (var (before, after) in fromWish.Zip(fromWish.Skip(1))) Assert.Equal(before.To, after.From);
        Assert.All(decision.Steps, s => Assert.True(s.From != s.To && !(s.Until <= e.Now), $"{s}"));
        if (e.WasOff)
        {
            Assert.Equal((decision.Range.Min, null), (Assert.Single(decision.Steps).From, decision.Recommended));
            return;
        }

        if (e.WasOutOfRange)
        {
            Assert.Equal((decision.From, decision.Range.Clamp(decision.From)), (decision.Steps[0].From, decision.Steps[0].To));
            Assert.Equal(decision.To, fromWish is [.., var last] ? last.To : decision.Recommended ?? decision.Steps[0].To);
            return;
        }

        var blind = decision.Steps is [{ Guard: ScalingGuard.MissingMetrics }, ..];
        if (decision.Recommended is { } recommended) Assert.Equal(recommended, decision.Steps is [var first, ..] ? first.From : decision.To);
        else Assert.True(blind || decision.Steps.IsEmpty, $"{e}");
        if (!decision.Steps.IsEmpty) Assert.Equal(decision.To, decision.Steps[^1].To);
        if (decision.Steps.IsEmpty && decision.Recommended is null) Assert.Equal(decision.From, decision.To);
    });

    [Fact]
    public void Decide_RecordedRun_ReplaysToTheSameDecisions() =>
        Any.Run.Sample(run =>
        {
            var recorded = Evaluation.Play(run.Policy, run.Replicas, run.Ticks);

            // Once from the observations, and once from the log, in which rules do not write what they remember: they say it again.
            ScalingState state = ScalingState.New, fromLog = ScalingState.New;
            foreach (var e in recorded)
            {
                var decision = ScalingDecisionEngine.Decide(e.Policy, state, e.Observation, e.Now);
                Assert.Equal(e.Decision.ToJson(), decision.ToJson());
                Assert.Equal(e.Decision.ToJson(), ScalingDecisionEngine.Decide(e.Policy, fromLog, e.Observation, e.Now).ToJson());
                state = state.After(decision, e.Outcome);
                var logged = ScalingDecisionEngine.Complete(ScalingDecision.FromJson(e.Decision.ToJson()), e.Policy, fromLog, e.Observation);
                fromLog = fromLog.After(logged, e.Outcome);
            }
        }, iter: Any.Runs);

    [Fact]
    public void Decide_ClockThatJumps_NeverThrowsAndNeverHoldsLongerThanADay() =>
        Gen.Select(Any.Policy, Gen.Int[0, 50], Gen.Select(Any.Evaluation, Any.Jump).Array[1, 30]).Sample((policy, replicas, ticks) =>
        {
            var run = Evaluation.Play(policy, replicas, ticks.Select(t => t.Item1 with { Passed = t.Item2 }));
            foreach (var e in run)
            {
                AssertAllowed(e);
                Assert.All(e.Decision.Steps, s => Assert.True(s.Until is null || s.Until - e.Now <= TimeSpan.FromDays(1), $"{e}"));
                Assert.Equal(e.After.ToJson(), ScalingState.FromJson(e.After.ToJson()).ToJson());
            }
        }, iter: Any.Runs);

    [Fact]
    public void Decide_ExtremeInput_NeverThrows() =>
        Gen.Select(
            Any.Policy,
            Gen.OneOf(Gen.OneOf(int.MaxValue, int.MinValue, 0, -1), Gen.Int),
            Gen.OneOf(0, 1, TimeSpan.TicksPerDay, DateTimeOffset.MaxValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks - 1, Tick.Epoch.UtcTicks),
            Any.ReplicaReading.Array[0, 5],
            Any.Value.Array[4],
            Gen.OneOf(0, int.MaxValue)).Sample((policy, desired, ticks, readings, values, max) =>
        {
            var now = new DateTimeOffset(ticks, TimeSpan.Zero);
            policy = policy with { Range = new(0, max) };
            var wild = readings.Select(r => new ReplicaReading(r.Name, r.Value, r.Request, r.At.Ticks % 2 == 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue, r.At.Ticks % 3 == 0 ? TimeSpan.MinValue : TimeSpan.MaxValue));
            var observation = new ScalingObservation
            {
                Replicas = new()
                {
                    Desired = desired,
                    Ready = desired,
                    Starting = desired,
                    Unready = desired,
                    Members = [.. readings.Select(r => new Replica { Name = r.Name, Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.NotReady, StartedAt = DateTimeOffset.MaxValue, ReadinessChangedAt = DateTimeOffset.MinValue })],
                },
                Metrics = new([.. Any.MetricNames.Select((name, i) => MetricReading.Available(name, values[i], now, i == 0 ? [.. wild] : []))]),
            };
            var state = ScalingState.New;
            for (var i = 0; i < 3; i++)
            {
                var decision = ScalingDecisionEngine.Decide(policy, state, observation, now);
                Assert.InRange(decision.To, 0, max);
                Assert.Equal(decision.ToJson(), ScalingDecision.FromJson(decision.ToJson()).ToJson());
                state = ScalingState.FromJson(state.After(decision, ScaleOutcome.Applied).ToJson());
            }
        }, iter: Any.Runs);

    private static void AssertAllowed(Evaluation e)
    {
        if (e.WasOff) Assert.Equal((0, 0, true, true), (e.Decision.From, e.Decision.To, e.Policy.Behavior.ZeroIsOff, e.Policy.Range.Min > 0));
        else Assert.InRange(e.Decision.To, e.Decision.Range.Min, e.Decision.Range.Max);
    }

    /// <summary>The metrics that a rule decides by: what it only observes has no say.</summary>
    private static System.Collections.Immutable.ImmutableArray<MetricRef> Deciding(ScalingRule rule) =>
        rule is ForecastRule { Mode: ForecastMode.Observe } forecast ? [forecast.Metric] : rule.Metrics;

    private static bool IsUnreadable(Evaluation e, MetricRef metric)
    {
        var reading = e.Observation.Metrics.FirstOrDefault(r => r.Metric == metric);
        if (reading is null || reading.Status != MetricStatus.Available || !double.IsFinite(reading.Value)) return true;

        // A replica whose reading is too old does not count; if the whole is old because of it, the others still say something.
        return IsOld(reading.At) && !reading.Replicas.Any(r => r.At != default && r.At <= reading.At && IsOld(r.At));
        bool IsOld(DateTimeOffset at) => (e.Now - at).Duration() > e.Policy.MaxMetricAge;
    }

    private static void ForEach(Action<Evaluation> assert) => Any.Run.Sample(run =>
    {
        foreach (var evaluation in Evaluation.Play(run.Policy, run.Replicas, run.Ticks)) assert(evaluation);
    }, iter: Any.Runs);
}
