namespace AutoScaling.Tests.Deciding;

/// <summary>Who or what asked for a change stands in the decision, in the scale event and in the state.</summary>
public sealed class CauseTests
{
    [Fact]
    public void Events_OfEachCause_SayIt()
    {
        var story = new Story(ScalingBehavior.Immediate, 3);
        Assert.Equal(ScaleCause.Metrics, story.Wants(0, 5).Cause);
        story.Replicas = 8;
        Assert.Equal(ScaleCause.Metrics, story.Wants(10, 6).Cause);
        story.Policy = story.Policy with { Range = new(10, 20) };
        Assert.Equal(ScaleCause.Bounds, story.Wants(20, 10).Cause);
        var manual = ScalingDecision.Manual(story.Policy, 10, new(12), Story.At(30), null);
        story.State = story.State.After(manual, ScaleOutcome.Applied);
        Assert.Equal(
            [(2, ScaleCause.Person), (4, ScaleCause.Bounds), (-2, ScaleCause.Metrics), (3, ScaleCause.SomeoneElse), (2, ScaleCause.Metrics)],
            story.State.Events.Select(e => (e.Change, e.Cause)));
        Assert.Equal(story.State, ScalingState.FromJson(story.State.ToJson()));
    }

    [Fact]
    public void Cause_OnlyASchedule_IsItsBounds()
    {
        var policy = new ScalingPolicy { Target = "web", Rules = [new ScheduleRule { Start = "0 0 * * *", End = "0 12 * * *", Replicas = 5 }], Behavior = ScalingBehavior.Immediate };
        var decision = ScalingDecisionEngine.Decide(policy, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(8) }, Story.At(-3600));
        Assert.Equal((5, ScaleCause.Bounds), (decision.To, decision.Cause));
    }

    [Fact]
    public void RateLimits_WhatSomebodyElseDid_IsNotCounted()
    {
        var limited = new Story(new ScalingBehavior { ScaleUp = new() { RateLimits = [RateLimit.Replicas(4, TimeSpan.FromMinutes(10))] }, FlapGuard = false }, 3);
        limited.Wants(0, 5);
        limited.Replicas = 9;
        Assert.Equal(11, limited.Wants(60, 20).To); // two of the four are left; the four that somebody else added are not of them
    }
}
