using System.Collections.Immutable;

namespace AutoScaling.Tests.Deciding;

public sealed class FlapGuardTests
{
    private static readonly ScalingBehavior OnlyFlapGuard = new();

    // 10 replicas at 34 % carry 340; half the target is 35, so the threshold rule wants 7. At 7 it would be 49 %.
    [Fact]
    public void ScaleDown_ThatTheLoadFits_IsLetThrough() => Threshold(10).Sees(0, cpu: 34).AssertFree(7);

    [Fact]
    public void ScaleDown_ThatMemoryDoesNotFit_StopsAtTheLeastCountThatItFits()
    {
        // CPU wants 7; memory, 650 in all, is above 80 % below 9 replicas.
        var story = Threshold(10, memory: 80);
        story.Sees(0, cpu: 10, memory: 65).AssertHeld(ScalingGuard.FlapGuard, 7, 9, until: null);
        story.Replicas = 9;
        story.Sees(1, cpu: 10, memory: 650 / 9.0).AssertHeld(ScalingGuard.FlapGuard, 7, 9, until: null);
    }

    [Fact]
    public void ScaleDown_SwitchedOff_IsLetThrough()
    {
        var story = Threshold(10, memory: 80);
        story.Policy = story.Policy with { Behavior = ScalingBehavior.Immediate };
        story.Sees(0, cpu: 10, memory: 65).AssertFree(7);
    }

    [Fact]
    public void ScaleUp_Never_IsHeld() => Threshold(10).Sees(0, cpu: 90).AssertFree(15);

    // Latency 20 over 10 replicas: a step takes 8 away; at 2 the average would be 100, at 3 it is 66.7, at 4 it is 50.
    [Theory]
    [InlineData(50, 5)] // at 4 it would be 50, and 50 asks for more
    [InlineData(51, 4)]
    [InlineData(70, 3)]
    [InlineData(100, 3)]
    [InlineData(101, 2)]
    public void ScaleDown_ByAStep_StopsWhereNoOtherStepAsksForMore(double upFrom, int expected)
    {
        var story = Steps(10, new() { Below = 25, Amount = -8 }, new() { From = upFrom, Amount = 3 });
        Assert.Equal(expected, story.Sees(0, MetricReading.Available("latency", 20, Story.Start)).To);
    }

    // A step that takes more away than there is, or sets 0, ends at the least count of the range: there the load must fit as well.
    [Theory]
    [InlineData(StepAdjustment.Change, -20)]
    [InlineData(StepAdjustment.To, 0)]
    [InlineData(StepAdjustment.PercentChange, -100)]
    public void ScaleDown_BelowTheRange_IsCheckedAtTheRange(StepAdjustment adjustment, int amount)
    {
        // 10 replicas at 5: at 1 they would be at 50, which asks for 20 more; at 2 they are at 25.
        var story = Steps(10, new() { Below = 20, Adjustment = adjustment, Amount = amount }, new() { From = 40, Amount = 20 });
        var decision = story.Sees(0, MetricReading.Available("latency", 5, Story.Start));
        Assert.Equal(2, decision.To);
        Assert.Equal(ScalingGuard.FlapGuard, Assert.Single(decision.Steps).Guard);
    }

    [Fact]
    public void ScaleDown_ToZero_HasNoLoadToCheck()
    {
        var story = Steps(10, new() { Below = 20, Adjustment = StepAdjustment.To, Amount = 0 }, new() { From = 40, Amount = 20 });
        story.Policy = story.Policy with { Range = new(0, 100) };
        story.Sees(0, MetricReading.Available("latency", 5, Story.Start)).AssertFree(0);
    }

    [Fact]
    public void ScaleDown_OneRuleOfSeveral_LooksAtAllOfThem()
    {
        // The step wants 2; the backlog needs 4 whatever there is; target tracking, 120 in all against 30, needs 4 too.
        ImmutableArray<ScalingRule> rules =
        [
            new StepRule { Metric = "latency", Steps = [new() { Below = 25, Amount = -8 }] },
            new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 30 },
        ];
        var story = new Story(OnlyFlapGuard, 10);
        story.Policy = story.Policy with { Rules = rules, Combine = RuleCombination.Min };
        var readings = new[] { MetricReading.Available("latency", 20, Story.Start), MetricReading.Available(MetricRef.Cpu, 12, Story.Start) };

        // The smallest counts: with 2 replicas cpu would want 4, but latency still wants fewer, so nothing would ask for more.
        story.Sees(0, readings).AssertFree(2);
        story.Replicas = 10;
        story.Policy = story.Policy with { Combine = RuleCombination.Max };
        story.Sees(0, readings).AssertFree(4);
    }

    [Fact]
    public void ScaleDown_OfASum_EndsWhereTheSumIsEnough()
    {
        // A base of 3 and what the CPU needs: 195 in all against 50 is 4, so 7 together. At 10, 9 and 8 that is fewer, so nothing flaps.
        var story = new Story(OnlyFlapGuard, 10);
        story.Policy = story.Policy with
        {
            Rules = [new FixedRule { Replicas = 3 }, new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 50 }],
            Combine = RuleCombination.Sum,
        };
        story.Sees(0, cpu: 19.5).AssertFree(7);
        story.Sees(60, cpu: 195 / 7.0).AssertFree(7);
    }

    [Fact]
    public void ScaleDown_ByPercentsRoundedDown_ReckonsWithTheRest()
    {
        // Every replica is at 4.99 %, which counts as 4 against a target of 5: that asks for 8. There it would be 6.2 %, which asks for 10 again, and so on for ever.
        var replicas = Enumerable.Range(0, 10).Select(i => $"r{i}").ToList();
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 100), Behavior = OnlyFlapGuard, Rules = [new TargetTrackingRule { Metric = "memory", Target = 5 }] };
        var observation = new ScalingObservation
        {
            Replicas = ReplicaStatus.AllReady(10) with { Members = [.. replicas.Select(name => new Replica { Name = name, Phase = ReplicaPhase.Running })] },
            Metrics = new(MetricReading.Available("memory", 4.99, Story.Start, [.. replicas.Select(name => new ReplicaReading(name, 49.9, 1000))])),
        };
        ScalingDecisionEngine.Decide(policy, ScalingState.New, observation, Story.Start).AssertHeld(ScalingGuard.FlapGuard, 8, 10, until: null);
    }

    [Fact]
    public void ScaleDown_OfAnOwnRule_AsksItsProjection()
    {
        var story = new Story(OnlyFlapGuard, 10);
        story.Policy = story.Policy with { Rules = [new Hysteresis()] };
        story.Sees(0).AssertHeld(ScalingGuard.FlapGuard, 2, 6, until: null);
    }

    private static Story Threshold(int replicas, double? memory = null)
    {
        var story = new Story(OnlyFlapGuard, replicas);
        story.Policy = story.Policy with { Rules = [new ThresholdRule { MemoryTarget = memory }] };
        return story;
    }

    private static Story Steps(int replicas, params ScalingStep[] steps)
    {
        var story = new Story(OnlyFlapGuard, replicas);
        story.Policy = story.Policy with { Rules = [new StepRule { Metric = "latency", Steps = [.. steps] }] };
        return story;
    }

    /// <summary>Wants 2, and below 6 it would want more again.</summary>
    private sealed record Hysteresis : ScalingRule
    {
        public override string Name { get; init; } = "own";

        public override Recommendation Recommend(in RuleContext context) => Recommendation.For(2, "it says so");

        public override int Project(in RuleContext context, int replicas, in Recommendation recommended) => replicas < 6 ? replicas + 1 : recommended.Replicas;
    }
}
