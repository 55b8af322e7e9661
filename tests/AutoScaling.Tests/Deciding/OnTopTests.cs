using CsCheck;
using static AutoScaling.Tests.Deciding.Story;

namespace AutoScaling.Tests.Deciding;

/// <summary>Schedules that put replicas on top of what the rules ask for.</summary>
public sealed class OnTopTests
{
    /// <summary>Open from a minute after the start for ten minutes.</summary>
    private static readonly ScheduleRule Sale =
        new() { Name = "sale", From = "2026-01-01T12:01", To = "2026-01-01T12:11", Bound = ScheduleBound.Add, Replicas = 2 };

    private static readonly ScalingPolicy Four = Policy(new FixedRule { Replicas = 4 }, Sale);

    [Fact]
    public void Decide_WhileItIsOpen_PutsReplicasOnTopAtOnce()
    {
        var story = new Story(Four, 4);
        Assert.Equal([4, 6, 6, 6, 4, 4], Counts(story, 0, 60, 90, 630, 660, 690));
    }

    [Fact]
    public void Decide_ARuleThatFollowsTheCount_SeesItWithoutWhatIsOnTop()
    {
        var story = new Story(Policy(new ThresholdRule(), Sale), 4);
        story.Sees(0, 50);
        for (var at = 60; at < 300; at += 30) Assert.Equal(6, story.Sees(at, 50).To);
        Assert.Equal(8, story.Sees(300, 90).To); // 1.5 times 4, and 2
        Assert.Equal(8, story.Sees(330, 50).To);
        Assert.Equal(6, story.Sees(660, 50).To);
    }

    [Theory]
    [InlineData(TargetKind.TotalPerReplica)]
    [InlineData(TargetKind.Utilization)]
    public void Decide_TargetTracking_NeverAddsToWhatIsOnTop(TargetKind kind)
    {
        // 280 in all, as 4 replicas at 70 %; what is on top carries its part of it.
        var story = new Story(Policy(new TargetTrackingRule { Metric = "load", Kind = kind, Target = 70 }, Sale), 4);
        for (var at = 0; at < 660; at += 30)
        {
            var load = kind == TargetKind.Utilization ? 280.0 / story.Replicas : 280;
            Assert.Equal(at < 60 ? 4 : 6, story.Sees(at, MetricReading.Available("load", load, At(at))).To);
        }
    }

    [Fact]
    public void Decide_SeveralAtOnce_AddUpAndMaxBoundsThem()
    {
        var policy = Four with { Rules = Four.Rules.Add(Sale with { Name = "more", Replicas = 5 }) };
        Assert.Equal(11, new Story(policy, 4).Sees(60).To);
        var story = new Story(policy with { Range = new(1, 7) }, 4);
        Assert.Equal([7, 7, 4], Counts(story, 60, 90, 660));
        Assert.Equal(int.MaxValue, new Story(policy with { Range = new(1, int.MaxValue), Rules = [.. policy.Rules, Sale with { Replicas = int.MaxValue }] }, 4).Sees(60).To);
        var ceiling = Sale with { Name = "top", Bound = ScheduleBound.Ceiling, Replicas = 5 };
        Assert.Equal(5, new Story(policy with { Rules = policy.Rules.Add(ceiling) }, 4).Sees(60).To);
    }

    [Fact]
    public void Explain_WhatIsOnTop_IsSaid()
    {
        var story = new Story(Four, 4);
        story.Sees(0);
        var opens = story.Sees(60);
        Assert.Equal(ScaleCause.Bounds, opens.Cause);
        Assert.Equal(
            "web goes from 4 to 6 replicas. 'fixed' always asks for 4. 'sale' puts 2 on top until 2026-01-01 12:11:00Z (10m). With what is on top, 4 become 6.",
            opens.Explain());
        Assert.Equal(
            "web stays at 6 replicas. 'fixed' always asks for 4. 'sale' puts 2 on top until 2026-01-01 12:11:00Z (9m 30s). With what is on top, 4 become 6.",
            story.Sees(90).Explain());
        var closes = story.Sees(660);
        Assert.Equal("web goes from 6 to 4 replicas. 'fixed' always asks for 4. 'sale' is closed and never opens again.", closes.Explain());
        foreach (var decision in new[] { opens, closes })
        {
            Assert.Equal(decision.ToJson(), ScalingDecision.FromJson(decision.ToJson()).ToJson());
            Assert.Equal(story.State.After(decision, ScaleOutcome.Applied).ToJson(), story.State.After(ScalingDecision.FromJson(decision.ToJson()), ScaleOutcome.Applied).ToJson());
        }

        var threshold = new Story(Policy(new ThresholdRule(), Sale), 4);
        threshold.Sees(60, 50);
        Assert.StartsWith("web stays at 6 replicas. cpu is 50, between 35 and 70: 'threshold' asks for no change. ", threshold.Sees(90, 50).Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AfterARestart_KnowsWhatIsOnTop()
    {
        var story = new Story(Policy(new ThresholdRule(), Sale), 4);
        story.Sees(60, 50);
        story.State = ScalingState.FromJson(story.State.ToJson());
        Assert.Equal([6, 4], [story.Sees(90, 50).To, story.Sees(660, 50).To]);
    }

    [Theory]
    [InlineData(6, 6)] // it was carried out before the crash
    [InlineData(4, 6)] // it was not
    public void Decide_AfterACrashWhileItIsPutOnTop_ResolvesItByWhatIsFound(int found, int expected)
    {
        var story = new Story(Policy(new ThresholdRule(), Sale), 4);
        story.Sees(0, 50);
        var before = story.State;
        story.State = ScalingState.FromJson(before.WithIntent(story.Sees(60, 50)).ToJson());
        story.Replicas = found;
        Assert.Equal([expected, expected, 4], [story.Sees(90, 50).To, story.Sees(120, 50).To, story.Sees(660, 50).To]);
    }

    [Fact]
    public void Decide_ItIsNotCarriedOut_IsPutOnTopLater()
    {
        var story = new Story(Policy(new ThresholdRule(), Sale), 4) { Outcome = ScaleOutcome.Rejected("it moved meanwhile") };
        Assert.Equal([6, 6], [story.Sees(60, 50).To, story.Sees(90, 50).To]);
        story.Outcome = ScaleOutcome.Applied;
        Assert.Equal([6, 6], [story.Sees(120, 50).To, story.Sees(150, 50).To]);
    }

    [Fact]
    public void Decide_AsItOpens_StartsNoCooldownAndWaitsForNone()
    {
        var story = new Story(Policy(new ThresholdRule(), Sale) with { Behavior = ScalingBehavior.Default }, 4);
        Assert.Equal(6, story.Sees(30, 90).To);
        Assert.Equal(8, story.Sees(60, 90).To); // the cooldown of the scale-up lasts, and 2 come on top
        Assert.Equal(8, story.Sees(90, 90).To);
        var other = new Story(Policy(new ThresholdRule(), Sale) with { Behavior = ScalingBehavior.Default }, 4);
        Assert.Equal([6, 8], [other.Sees(60, 50).To, other.Sees(90, 90).To]);
    }

    [Fact]
    public void Decide_SomebodyElseTakesThemAway_RestoresThem()
    {
        var story = new Story(Policy(new TargetTrackingRule { Metric = "load", Kind = TargetKind.TotalPerReplica, Target = 70 }, Sale), 4);
        MetricReading Load(int at) => MetricReading.Available("load", 280, At(at));
        story.Sees(30, Load(30));
        story.Sees(60, Load(60));
        story.Replicas = 3;
        Assert.Equal([6, 6], [story.Sees(90, Load(90)).To, story.Sees(120, Load(120)).To]);
    }

    [Fact]
    public void Decide_APersonHoldsOrPauses_GoesBeforeIt()
    {
        var story = new Story(Four, 4);
        story.Sees(60);
        story.Policy = Four with { Paused = true };
        Assert.Equal([6, 6], [story.Sees(630).To, story.Sees(690).To]); // it has closed, and nothing changes
        story.Policy = Four;
        Assert.Equal([4, 4], [story.Sees(720).To, story.Sees(750).To]);
    }

    [Fact]
    public void Decide_OnlyRecommended_CountsAsOnTopOnceItIsFollowed()
    {
        var story = new Story(Policy(new ThresholdRule(), Sale) with { Mode = ScalingMode.Recommend }, 4) { Outcome = ScaleOutcome.Recommended };
        Assert.Equal([6, 6], [story.Sees(60, 50).To, story.Sees(90, 50).To]);
        story.Replicas = 6;
        Assert.Equal([6, 6, 4], [story.Sees(120, 50).To, story.Sees(150, 50).To, story.Sees(660, 50).To]);
    }

    [Theory]
    [InlineData(8, 8, 6)]
    [InlineData(1, 3, 1)]
    public void Decide_APersonScales_LeavesOnTopWhatThereIs(int count, int expected, int closed)
    {
        var story = new Story(Policy(new ThresholdRule(), Sale), 4);
        story.Sees(60, 50);
        var byHand = new ScalingDecision("web", At(70), 6, count) { Cause = ScaleCause.Person, Range = new(1, 40), Recommendations = [Recommendation.For(count, "someone asked for it by hand")] };
        story.State = story.State.After(byHand, ScaleOutcome.Applied);
        story.Replicas = count;
        Assert.Equal([expected, expected, closed], [story.Sees(90, 50).To, story.Sees(120, 50).To, story.Sees(660, 50).To]);
    }

    [Fact]
    public void Decide_ThereIsNoRoom_AddsWhatThereIsRoomFor()
    {
        var room = new Headroom { Most = 5, Because = "the node is full" };
        var decision = ScalingDecisionEngine.Decide(Four, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(4), Headroom = room }, At(60));
        Assert.Equal((5, 4), (decision.To, ScalingDecisionEngine.Decide(
            Four, ScalingState.New.After(decision, ScaleOutcome.Applied), new() { Replicas = ReplicaStatus.AllReady(5) }, At(660)).To));
    }

    [Fact]
    public void Decide_WhateverIsOnTop_WindowsAndCooldownsAreThoseOfTheRest() =>
        Gen.Select(Any.Direction, Any.Direction, Gen.Bool, Gen.Int[1, 40], Gen.Int[1, 9], Gen.Select(Gen.Int[1, 200], Gen.Int[1, 40]).Array[1, 30]).Sample((up, down, flap, first, more, wishes) =>
        {
            // Rate limits count what is put on top and taken away.
            ScalingBehavior behavior = new()
            {
                ScaleUp = up with { RateLimits = [], Select = RateLimitSelect.Max },
                ScaleDown = down with { RateLimits = [], Select = RateLimitSelect.Max },
                FlapGuard = flap,
            };
            ScheduleRule always = Sale with { From = "2025-01-01", To = "2027-01-01", Replicas = more };
            var policy = Policy(new FixedRule { Replicas = first }) with { Behavior = behavior, Range = new(1, 1000) };
            var (without, with) = (new Story(policy, first), new Story(policy, first));
            var at = 0;
            foreach (var (seconds, wish) in wishes.Prepend((1, first)))
            {
                at += seconds;
                without.Policy = policy with { Rules = [new FixedRule { Replicas = wish }] };
                with.Policy = policy with { Rules = [new FixedRule { Replicas = wish }, always] };
                Assert.Equal(without.Sees(at).To + more, with.Sees(at).To);
            }
        });

    [Fact]
    public void Decide_Anything_StaysInItsBoundsAndIsTheSameFromItsLog() =>
        Gen.Select(Any.Run, Any.OnTop).Sample((run, onTop) =>
        {
            var fromLog = ScalingState.New;
            foreach (var e in Evaluation.Play(run.Policy with { Rules = run.Policy.Rules.Add(onTop) }, run.Replicas, run.Ticks))
            {
                if (e.WasOff) Assert.Equal(0, e.Decision.To);
                else Assert.InRange(e.Decision.To, e.Decision.Range.Min, e.Decision.Range.Max);
                Assert.Equal(e.Decision.ToJson(), ScalingDecisionEngine.Decide(e.Policy, fromLog, e.Observation, e.Now).ToJson());
                Assert.Equal(e.After, ScalingState.FromJson(e.After.ToJson()));
                var logged = ScalingDecisionEngine.Complete(ScalingDecision.FromJson(e.Decision.ToJson()), e.Policy, fromLog, e.Observation);
                fromLog = fromLog.After(logged, e.Outcome);

                var held = ScalingDecisionEngine.Decide(e.Policy, e.Before.WithOverride(ScalingOverride.Hold(7, e.Now)), e.Observation, e.Now);
                Assert.Equal(7, held.To);
                var paused = ScalingDecisionEngine.Decide(e.Policy, e.Before.WithOverride(ScalingOverride.Pause(e.Now)), e.Observation, e.Now);
                Assert.Equal(paused.From, paused.To);
                var state = e.Before.After(paused, ScaleOutcome.Applied);
                Assert.Equal(state, ScalingState.FromJson(state.ToJson()));
            }
        }, iter: Any.Runs);

    [Fact]
    public void Parse_Add_IsReadWrittenAndChecked()
    {
        const string yaml = "policies: [ { service: web, rules: [ { type: threshold }, { type: schedule, start: 0 8 * * *, end: 0 9 * * *, add: 2 } ] } ]";
        var policy = Assert.Single(PolicyDocument.ParseYaml(yaml));
        Assert.Equal(new ScheduleRule { Start = "0 8 * * *", End = "0 9 * * *", Bound = ScheduleBound.Add, Replicas = 2 }, policy.Rules[1]);
        Assert.Equal(policy, Assert.Single(PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy]))));
        Assert.Equal(3, Assert.IsType<ScheduleRule>(PolicyDocument.With(policy, "rules[1].add", "3").Rules[1]).Replicas);
        string Error(string settings) => Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml.Replace("add: 2", settings, StringComparison.Ordinal))).Message;
        Assert.Equal("policies[0] (web).rules[1]: Gradual must be false beside add, which is put on top at once, but is true.", Error("add: 2, gradual: true"));
        Assert.Equal("policies[0] (web).rules[1]: Priority must be 0 beside add, which contradicts no other schedule, but is -1.", Error("add: 2, priority: -1"));
        Assert.Equal("policies[0] (web).rules[1]: Exactly one of Floor, Ceiling, Exact and Add is required for a rule of type schedule, but Floor and Add are set.", Error("add: 2, floor: 3"));
        Assert.Equal("policies[0] (web).rules[1]: Replicas must be at least 0, but is -2.", Error("add: -2"));
    }

    private static IEnumerable<int> Counts(Story story, params int[] times) => times.Select(at => story.Sees(at).To);

    private static ScalingPolicy Policy(params ScalingRule[] rules) =>
        new() { Target = "web", Range = new(1, 40), Rules = [.. rules], Behavior = ScalingBehavior.Immediate };
}
