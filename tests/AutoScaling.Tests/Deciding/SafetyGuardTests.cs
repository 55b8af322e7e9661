using System.Collections.Immutable;
using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>What the safety guards promise; the cases of the field are in <c>Field/</c>.</summary>
public sealed class SafetyGuardTests
{
    private static readonly ScalingBehavior Immediate = ScalingBehavior.Immediate;

    [Theory]
    [InlineData(-9223372036854775808.0)]
    [InlineData(9223372036854775807.0)]
    [InlineData(-9223372036854775.808)]
    [InlineData(9223372036854775.807)]
    [InlineData(18446744073709551615.0)]
    [InlineData(-2147483648.0)]
    [InlineData(-1.0)]
    [InlineData(3.4028234663852886e38)]
    [InlineData(double.MaxValue)]
    public void Trust_ValueThatMeansNone_IsNoValue(double value)
    {
        foreach (var kind in Enum.GetValues<TargetKind>())
        {
            var rule = new TargetTrackingRule { Metric = "lag", Target = 30, Kind = kind };
            var decision = Decide(new() { Target = "web", Range = new(2, 20), Rules = [rule], Behavior = Immediate }, 12, MetricReading.Available("lag", value, Story.Start));
            Assert.Equal((12, RecommendationKind.Unavailable), (decision.To, decision.Recommendations[0].Kind));
        }
    }

    [Theory]
    [InlineData(2147483647.0)] // a large count is real
    [InlineData(9223372036.854)]
    [InlineData(0.0)]
    public void Trust_LargeValueThatIsReal_Counts(double value) => Assert.NotEqual(
        RecommendationKind.Unavailable,
        Decide(new() { Target = "web", Rules = [new BacklogRule { Metric = "bytes", ThroughputPerReplica = 1 }], Behavior = Immediate }, 5, MetricReading.Available("bytes", value, Story.Start)).Recommendations[0].Kind);

    [Fact]
    public void Trust_NegativeIsDeclared_Counts()
    {
        ImmutableArray<ScalingStep> steps = [new() { Below = -5, Amount = -1 }, new() { From = 100, Amount = 1 }];
        var byEdge = new ScalingPolicy { Target = "web", Rules = [new StepRule { Metric = "balance", Steps = steps }], Behavior = Immediate };
        Assert.Equal(4, Decide(byEdge, 5, MetricReading.Available("balance", -10, Story.Start)).To);

        var undeclared = byEdge with { Rules = [new StepRule { Metric = "balance", Steps = [new() { Below = 5, Amount = -1 }] }] };
        Assert.Equal(5, Decide(undeclared, 5, MetricReading.Available("balance", -10, Story.Start)).To);
        var declared = undeclared with { Metrics = [new() { Metric = "balance", Negative = true }] };
        Assert.Equal(4, Decide(declared, 5, MetricReading.Available("balance", -10, Story.Start)).To);
    }

    [Theory]
    [InlineData(5, "and the policy expects at least 10")]
    [InlineData(105, "and the policy expects at most 100")]
    public void Trust_OutsideWhatIsExpected_IsNoValue(double value, string why)
    {
        var policy = new ScalingPolicy { Target = "web", Metrics = [new() { Metric = "cpu", AtLeast = 10, AtMost = 100 }], Behavior = Immediate };
        var decision = Decide(policy, 5, MetricReading.Available("cpu", value, Story.Start));
        Assert.Equal(5, decision.To);
        Assert.Contains(why, decision.Explain(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(600)]
    public void Trust_ClockOfOneReplicaIsOff_TheOthersCount(double seconds)
    {
        ReplicaReading Reading(string name, double off) => new(name, 90, 100, Story.At(off), TimeSpan.FromSeconds(15));
        string[] names = ["a", "b", "c"];
        var members = names.Select(n => new Replica
        {
            Name = n,
            Phase = ReplicaPhase.Running,
            Readiness = ReplicaReadiness.Ready,
            StartedAt = Story.At(-7200),
            ReadinessChangedAt = Story.At(-7100),
        });
        var replicas = ReplicaStatus.AllReady(3) with { Members = [.. members] };
        var reading = MetricReading.Available("cpu", 90, Story.At(seconds), [Reading("a", seconds), Reading("b", 0), Reading("c", 0)]);
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 20), Rules = [new TargetTrackingRule { Metric = "cpu", Target = 50 }], Behavior = Immediate };
        Assert.Equal(4, ScalingDecisionEngine.Decide(policy, ScalingState.New, new() { Replicas = replicas, Metrics = new(reading) }, Story.Start).To);
    }

    [Fact]
    public void Metrics_AnsweredTwice_AreNone()
    {
        var twice = new ServiceMetrics(MetricReading.Available("cpu", 10, Story.Start), MetricReading.Available("cpu", 90, Story.Start));
        Assert.Equal((MetricStatus.Failed, "the source answered it twice"), (twice["cpu"].Status, twice["cpu"].Reason));
    }

    [Theory]
    [InlineData(60, 5)] // within 2.5 intervals of 30 s, as always
    [InlineData(76, 20)]
    public void Gap_FirstLowReadingAfterIt_IsNoEvidence(double gap, int to)
    {
        var behavior = Immediate with { ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(60) } };
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 50), Behavior = behavior }, 20);
        for (var t = 0; t <= 300; t += 30) story.Wants(t, 20);
        Assert.Equal(to, story.Wants(300 + gap, 5).To);
        for (var t = 30; t < 60 && to == 20; t += 30) Assert.Equal(20, story.Wants(300 + gap + t, 5).To);
        Assert.Equal(5, story.Wants(300 + gap + 60, 5).To);
    }

    [Fact]
    public void Gap_WithoutAWindow_HoldsForTheCooldown()
    {
        var behavior = Immediate with { ScaleDown = new() { Cooldown = TimeSpan.FromMinutes(10) } };
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 50), Behavior = behavior }, 20);
        for (var t = 0; t <= 900; t += 30) story.Wants(t, 20);
        story.Wants(1200, 5).AssertHeld(ScalingGuard.Cooldown, 5, 20, until: 1800);
        for (var t = 1230; t < 1800; t += 30) Assert.Equal(20, story.Wants(t, 5).To);
        Assert.Equal(5, story.Wants(1800, 5).To);
    }

    [Fact]
    public void IfMissing_EachMeaning_IsThePolicysToSay()
    {
        int After(double seconds, MissingMeaning meaning, MetricReading queue, int? failed = null)
        {
            var policy = new ScalingPolicy
            {
                Target = "web",
                Range = new(0, 50),
                Rules = [new BacklogRule { Metric = "queue", ThroughputPerReplica = 1 }, new FixedRule { Replicas = 2 }],
                Metrics = [new() { Metric = "queue", IfMissing = meaning, IfFailedReplicas = failed }],
                Behavior = Immediate,
            };
            var story = new Story(policy, 8);
            story.Sees(0, MetricReading.Available("queue", 480, Story.At(0)));
            for (var t = 30; t < seconds; t += 30) story.Sees(t, queue);
            return story.Sees(seconds, queue).To;
        }

        var missing = MetricReading.Missing("queue", "there is none");
        var down = MetricReading.Failed("queue", "it answered 503");
        Assert.Equal((8, 8), (After(299, MissingMeaning.Hold, missing), After(3600, MissingMeaning.Hold, missing)));
        Assert.Equal((8, 2), (After(299, MissingMeaning.Ignore, missing), After(300, MissingMeaning.Ignore, missing)));
        Assert.Equal((8, 2), (After(299, MissingMeaning.Of(0), missing), After(300, MissingMeaning.Of(0), missing)));
        Assert.Equal((8, 8), (After(3600, MissingMeaning.Of(0), down), After(3600, MissingMeaning.Ignore, down))); // down is not idle
        Assert.Equal((8, 12, 8), (After(299, MissingMeaning.Hold, down, 12), After(300, MissingMeaning.Hold, down, 12), After(300, MissingMeaning.Hold, down, 5)));
    }

    [Fact]
    public void Min_ARuleThatCannotSay_IsAMissingCap()
    {
        var policy = new ScalingPolicy
        {
            Target = "web",
            Range = new(1, 50),
            Rules = [new FixedRule { Replicas = 20 }, new ThresholdRule()],
            Combine = RuleCombination.Min,
            Behavior = Immediate,
        };
        Assert.Equal(5, Decide(policy, 5, MetricReading.Missing("cpu", "there is none")).To);
        Assert.Equal(20, Decide(policy with { Behavior = Immediate with { SafetyGuards = false } }, 5, MetricReading.Missing("cpu", "there is none")).To);
    }

    [Fact]
    public void Restore_SomebodyElseLowersIt_OnlyWhileTheLoadAsksForMore()
    {
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 20) }, 9);
        story.Sees(0, 75);
        story.Replicas = 1;
        Assert.Equal((14, 14), (story.Sees(30, 100).To, story.State.LastWritten));

        // Whoever lowers it while nothing is to be done has reduced it: later load begins from there.
        story.Replicas = 4;
        Assert.Equal(4, story.Sees(60, 50).To);
        Assert.Equal(6, story.Sees(360, 80).To);
    }

    [Fact]
    public void Restore_CeilingIsLowered_IsNotSomebodyElsesChange()
    {
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 20), Behavior = Immediate }, 4);
        story.Wants(0, 10);
        story.Policy = story.Policy with { Range = new(1, 8) };
        var lowered = story.Wants(30, 12);
        Assert.Equal((8, ScaleCause.Bounds, null), (lowered.To, lowered.Cause, lowered.Expected));
        Assert.DoesNotContain(lowered.Steps, step => step.Guard == ScalingGuard.Restore);
        Assert.DoesNotContain("omebody else", lowered.Explain(), StringComparison.Ordinal);
        Assert.Empty(story.State.Events.Where(e => e.Cause == ScaleCause.SomeoneElse));
    }

    [Fact]
    public void LargerNeed_OnlyRulesThatFollowTheLoad_Pass()
    {
        var behavior = ScalingBehavior.Default with { ScaleUp = ScalingBehavior.Default.ScaleUp with { LargerNeedPasses = true } };
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 60), Behavior = behavior }, 4);
        story.Sees(0, 90);
        story.Sees(30, 100).AssertHeld(ScalingGuard.Cooldown, 9, 6, until: 300); // a factor of the current count is always more
        var queue = new Story(new ScalingPolicy { Target = "web", Range = new(1, 60), Rules = [new BacklogRule { Metric = "q", ThroughputPerReplica = 1 }], Behavior = behavior }, 4);
        queue.Sees(0, MetricReading.Available("q", 300, Story.At(0)));
        Assert.Equal(30, queue.Sees(30, MetricReading.Available("q", 1800, Story.At(30))).To);
        Assert.Equal(30, queue.Sees(60, MetricReading.Available("q", 1800, Story.At(60))).To);
    }

    [Fact]
    public void FlapGuard_MetricThatDoesNotFollowTheLoad_IsNotProjectedAndTheSentenceNamesWhatIs()
    {
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 20), Rules = [new ThresholdRule { MemoryTarget = 80 }], Behavior = Immediate with { FlapGuard = true } };
        MetricReading[] readings = [MetricReading.Available("cpu", 2, Story.Start), MetricReading.Available("memory", 61, Story.Start)];
        Assert.Contains("With 3, memory would be 81.33 and 'threshold' would ask for more again, so it is 4 instead of 3.", Decide(policy, 4, readings).Explain(), StringComparison.Ordinal);
        Assert.Equal(3, Decide(policy with { Metrics = [new() { Metric = "memory", FollowsLoad = false }] }, 4, readings).To);
    }

    /// <summary>Above its target a rule never leads to fewer replicas than desired, below it never to more, whoever is ready or not.</summary>
    [Fact]
    public void Direction_AnyRuleAnyReadiness_IsNeverTurnedAround() => Any.Run.Sample(run =>
    {
        foreach (var e in Evaluation.Play(run.Policy with { Behavior = run.Policy.Behavior with { SafetyGuards = true } }, run.Replicas, run.Ticks))
        {
            var start = e.Decision.Steps is [{ Guard: ScalingGuard.OutOfRange } clamp, ..] ? clamp.To : e.Decision.From;
            foreach (var said in e.Decision.Recommendations)
            {
                if (said.Kind != RecommendationKind.Replicas) continue;
                if (said.Reason == RecommendationReason.AboveTarget) Assert.True(said.Replicas >= start, $"{e}");
                if (said.Reason == RecommendationReason.BelowTarget) Assert.True(said.Replicas <= start, $"{e}");
            }
        }
    }, iter: Any.Runs);

    /// <summary>What a floor held a moment ago counts as recommended within the window.</summary>
    [Fact]
    public void Floor_ThatIsGone_GoesOnForTheWindow() => Gen.Select(Gen.Int[2, 40], Gen.Int[60, 900], Gen.Int[1, 60]).Sample((floor, window, after) =>
    {
        var story = new Story(
            new ScalingPolicy { Target = "web", Range = new(1, 50), Behavior = Immediate with { ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(window) } } }, floor);
        story.Policy = story.Policy with { Range = new(floor, 50) };
        for (var t = 0; t < 120; t += 30) story.Wants(t, 1);
        story.Policy = story.Policy with { Range = new(1, 50) };
        Assert.Equal(floor, story.Wants(90 + Math.Min(after, window - 1), 1).To);
    }, iter: Any.Runs);

    private static ScalingDecision Decide(ScalingPolicy policy, int replicas, params MetricReading[] readings) =>
        ScalingDecisionEngine.Decide(policy, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(replicas), Metrics = new([.. readings]) }, Story.Start);
}
