using static AutoScaling.Tests.Deciding.Story;

namespace AutoScaling.Tests.Deciding;

/// <summary>A metric that does not follow the load stays above its target whatever is added: because of it a rule asks for one step.</summary>
public sealed class OneStepTests
{
    private static readonly ScalingPolicy Memory = new()
    {
        Target = "web",
        Range = new(1, 20),
        Rules = [new ThresholdRule { CpuTarget = 70, MemoryTarget = 70 }],
        Metrics = [new() { Metric = MetricRef.Memory, FollowsLoad = false }],
        Behavior = ScalingBehavior.Immediate,
    };

    [Fact]
    public void Decide_AlwaysAboveItsTarget_AddsOneStepAndSaysWhy()
    {
        var story = new Story(Memory, 3);
        Assert.Equal(4, story.Sees(0, 50, 90).To);
        for (var at = 30; at < 3000; at += 30)
        {
            var decision = story.Sees(at, 50, 90);
            Assert.Equal(
                "web stays at 4 replicas. memory is 90 (target 70), but it does not follow the load, and its one step was asked for at 90: "
                + "'threshold' asks for no change. memory above 99 would ask for more.",
                decision.Explain());
        }
    }

    [Fact]
    public void Decide_FollowsTheLoadAsFarAsIsKnown_AddsMoreAndMore()
    {
        var story = new Story(Memory with { Metrics = [] }, 3);
        Assert.Equal([4, 6, 8], [story.Sees(0, 50, 90).To, story.Sees(30, 50, 90).To, story.Sees(60, 50, 90).To]);
    }

    [Theory]
    [InlineData(70, 6)] // it was at its target in between
    [InlineData(99, 4)] // within the tolerance of 10 % of what it was
    [InlineData(99.1, 6)]
    [InlineData(71, 4)] // still above its target
    public void Decide_AfterTheStep_AsksAnewOnlyForANewReason(double memory, int expected)
    {
        var story = new Story(Memory, 3);
        story.Sees(0, 50, 90);
        story.Sees(30, 50, memory);
        Assert.Equal(expected, story.Sees(60, 50, memory > 70 ? memory : 90).To);
    }

    [Fact]
    public void Decide_TheStepIsHeldBack_IsAskedForUntilItIsDone()
    {
        var story = new Story(Memory, 3) { Outcome = ScaleOutcome.Rejected("it moved meanwhile") };
        Assert.Equal([4, 4], [story.Sees(0, 50, 90).To, story.Sees(30, 50, 95).To]);
        story.Outcome = ScaleOutcome.Applied;
        Assert.Equal([4, 4], [story.Sees(60, 50, 95).To, story.Sees(90, 50, 95).To]);
    }

    [Fact]
    public void Decide_AnotherMetricNeedsMore_GetsIt()
    {
        var story = new Story(Memory, 3);
        story.Sees(0, 50, 90);
        Assert.Equal([6, 6], [story.Sees(30, 90, 90).To, story.Sees(60, 50, 90).To]);
    }

    [Fact]
    public void Decide_TheMetricCannotBeRead_KeepsTheStepInMind()
    {
        var story = new Story(Memory, 3);
        story.Sees(0, 50, 90);
        story.Sees(30, MetricReading.Available("cpu", 50, At(30)), MetricReading.Failed("memory", "no answer"));
        Assert.Equal(4, story.Sees(60, 50, 90).To);
    }

    [Fact]
    public void Decide_AfterARestartWithItsState_RemembersTheStep()
    {
        var story = new Story(Memory, 3);
        story.Sees(0, 50, 90);
        story.State = ScalingState.FromJson(story.State.ToJson());
        Assert.Equal(4, story.Sees(30, 50, 90).To);
    }

    [Theory]
    [InlineData(TargetKind.AverageValue)]
    [InlineData(TargetKind.Utilization)]
    public void Decide_TargetTracking_AddsOneStep(TargetKind kind)
    {
        var story = new Story(Memory with { Rules = [new TargetTrackingRule { Metric = "memory", Kind = kind, Target = 70 }] }, 3);
        Assert.Equal([4, 4, 4], [story.Sees(0, 0, 90).To, story.Sees(30, 0, 90).To, story.Sees(60, 0, 90).To]);
        Assert.Equal(5, story.Sees(90, 0, 100).To - 1);
    }

    [Fact]
    public void Decide_StepsOfARule_AddOneStepUntilTheMetricLeavesIt()
    {
        var story = new Story(Memory with { Rules = [new StepRule { Metric = "memory", Steps = [new() { From = 80, Amount = 2 }] }] }, 3);
        Assert.Equal([5, 5, 5], [story.Sees(0, 0, 80).To, story.Sees(30, 0, 80).To, story.Sees(60, 0, 82).To]);
        story.Sees(90, 0, 79.9);
        Assert.Equal(7, story.Sees(120, 0, 80).To);
    }

    [Fact]
    public void Decide_ATotalThatIsSharedOut_AsksForWhatItNeeds()
    {
        var story = new Story(Memory with { Rules = [new TargetTrackingRule { Metric = "memory", Kind = TargetKind.TotalPerReplica, Target = 70 }] }, 3);
        Assert.Equal([5, 6], [story.Sees(0, 0, 350).To, story.Sees(30, 0, 400).To]);
    }
}
