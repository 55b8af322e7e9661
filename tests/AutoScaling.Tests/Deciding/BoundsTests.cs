using System.Collections.Immutable;

namespace AutoScaling.Tests.Deciding;

/// <summary>The range, and what schedules make of it.</summary>
public sealed class BoundsTests
{
    [Theory]
    [InlineData(1, 5, 5)]
    [InlineData(12, 5, 10)]
    [InlineData(10, 3, 5)]
    [InlineData(5, 99, 10)]
    [InlineData(5, -3, 5)]
    public void Range_AnyWish_IsKeptInside(int current, int wanted, int expected)
    {
        var story = new Story(ScalingBehavior.Immediate, current, min: 5, max: 10);
        story.Policy = story.Policy with { Rules = [new Wish(wanted)] };
        Assert.Equal(expected, story.Sees(0).To);
    }

    [Fact]
    public void Range_WishOutside_IsTheLastStep()
    {
        var story = new Story(ScalingBehavior.Immediate, 7, min: 5, max: 10);
        var decision = story.Wants(0, 99);
        decision.AssertHeld(ScalingGuard.Range, 99, 10, until: null);
        Assert.Equal((99, new ReplicaRange(5, 10)), (decision.Recommended, decision.Range));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(int.MinValue)]
    public void OutOfRange_NegativeReplicas_AreRaised(int current) => Assert.Equal(1, new Story(ScalingBehavior.Default, current).Sees(0, cpu: 90).To);

    [Fact]
    public void OutOfRange_AtOnce_WhateverTheGuardsSay()
    {
        var guarded = new ScalingBehavior
        {
            ScaleUp = new() { Cooldown = TimeSpan.FromHours(1), StabilizationWindow = TimeSpan.FromHours(1), Select = RateLimitSelect.Disabled },
            ScaleDown = new() { Cooldown = TimeSpan.FromHours(1), StabilizationWindow = TimeSpan.FromHours(1), Select = RateLimitSelect.Disabled },
        };
        var story = new Story(guarded, 20, min: 3, max: 10);
        var decision = story.Wants(0, 20);
        decision.AssertHeld(ScalingGuard.OutOfRange, 20, 10, until: null);
        Assert.Null(decision.Recommended);
        story.Policy = story.Policy with { Range = new(3, 7) };
        story.Wants(1, 20).AssertHeld(ScalingGuard.OutOfRange, 10, 7, until: null);
        story.Policy = story.Policy with { Range = new(9, 12) };
        story.Wants(2, 1).AssertHeld(ScalingGuard.OutOfRange, 7, 9, until: null);
    }

    [Fact]
    public void OutOfRange_Applied_IsAChangeLikeAnyOther()
    {
        var story = new Story(ScalingBehavior.Default, 0, min: 2);
        story.Wants(0, 2);
        Assert.Equal(Story.Start, story.State.LastScaleUp);
        Assert.Equal(new ScaleEvent { At = Story.Start, Change = 2, Cause = ScaleCause.Bounds }, Assert.Single(story.State.Events));
        story.Wants(10, 5).AssertHeld(ScalingGuard.Cooldown, 5, 2, until: 300);
    }

    [Fact]
    public void ZeroIsOff_NoReplicas_StayUntilSomeoneGivesSome()
    {
        var story = new Story(ScalingBehavior.Kubernetes, 0, min: 2);
        var decision = story.Wants(0, 5);
        decision.AssertHeld(ScalingGuard.SwitchedOff, 2, 0, until: null);
        Assert.Null(decision.Recommended);
        story.Replicas = 1;
        story.Wants(15, 5).AssertHeld(ScalingGuard.OutOfRange, 1, 2, until: null);
        story.Wants(30, 5).AssertFree(5);
    }

    [Fact]
    public void ZeroIsOff_APolicyThatMayScaleToZero_IsNotTouched()
    {
        var story = new Story(ScalingBehavior.Immediate with { ZeroIsOff = true }, 3, min: 0);
        story.Wants(0, 0).AssertFree(0);
        story.Wants(15, 4).AssertFree(4);
    }

    [Fact]
    public void ZeroIsOff_AFloorThatOpens_RaisesWhatThePolicyItselfLetGo()
    {
        var story = new Story(ScalingBehavior.Kubernetes, 0, min: 0);
        story.Policy = story.Policy with { Rules = [Always("floor 3")] };
        story.Sees(0).AssertHeld(ScalingGuard.OutOfRange, 0, 3, until: null);
    }

    // Every schedule is always open here, so that the bounds are what counts.
    [Theory]
    [InlineData("floor 5", 1, 10, 5, 10)]
    [InlineData("ceiling 5", 1, 10, 1, 5)]
    [InlineData("exact 5", 1, 10, 5, 5)]
    [InlineData("floor 5, floor 3", 1, 10, 5, 10)]
    [InlineData("floor 3, floor 5", 1, 10, 5, 10)]
    [InlineData("ceiling 5, ceiling 3", 1, 10, 1, 3)]
    [InlineData("ceiling 3, ceiling 5", 1, 10, 1, 3)]
    [InlineData("floor 5, ceiling 3", 1, 10, 5, 5)] // contradictory: the highest floor wins
    [InlineData("ceiling 3, floor 5", 1, 10, 5, 5)]
    [InlineData("exact 7, exact 3", 1, 10, 7, 7)]
    [InlineData("exact 3, floor 5", 1, 10, 5, 5)]
    [InlineData("exact 7, floor 5", 1, 10, 7, 7)]
    [InlineData("exact 7, ceiling 5", 1, 10, 7, 7)]
    [InlineData("floor 50", 1, 10, 10, 10)] // never outside the policy's own range
    [InlineData("ceiling 0", 1, 10, 1, 1)]
    [InlineData("exact 50", 1, 10, 10, 10)]
    [InlineData("exact 0", 0, 10, 0, 0)]
    [InlineData("floor 2, ceiling 8", 1, 10, 2, 8)]
    public void Schedules_Open_NarrowTheRange(string bounds, int min, int max, int narrowedMin, int narrowedMax)
    {
        ImmutableArray<ScalingRule> rules = [.. bounds.Split(", ").Select(Always), new FixedRule { Replicas = 4 }];
        var decision = Decide(rules, new(min, max), current: 4);
        Assert.Equal(new ReplicaRange(narrowedMin, narrowedMax), decision.Range);
        Assert.Equal(decision.Range.Clamp(4), decision.To);
        if (!decision.Range.Contains(4)) Assert.Equal(ScalingGuard.OutOfRange, decision.Steps[0].Guard);
    }

    [Fact]
    public void Schedules_Alone_FallBackToTheLeastReplicas()
    {
        // Nothing asks for a count, so outside its hours the target rests at the least; down cooldown and first evaluation hold as always.
        ImmutableArray<ScalingRule> rules = [Always("ceiling 8")];
        Assert.Equal((2, 2), (Decide(rules, new(2, 10), 6).Recommended, Decide(rules, new(2, 10), 6).To));
        var held = ScalingDecisionEngine.Decide(
            new() { Target = "web", Range = new(2, 10), Rules = rules }, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(6) }, Story.Start);
        held.AssertHeld(ScalingGuard.Cooldown, 2, 6, until: 600);
        Assert.Equal(3, Decide([Always("floor 3"), Always("ceiling 8")], new(2, 10), 6).To);
    }

    [Fact]
    public void Schedules_Closing_LeaveTheTargetToItsOtherRules()
    {
        var hours = new ScheduleRule { Start = "0 8 * * *", End = "0 18 * * *", Replicas = 6 };
        var story = new Story(ScalingBehavior.Immediate, 2);
        story.Policy = story.Policy with { Rules = [hours, new FixedRule { Replicas = 3 }] };
        story.Sees((-4 * 3600) - 1).AssertFree(3);
        story.Sees(-4 * 3600).AssertHeld(ScalingGuard.OutOfRange, 3, 6, until: null);
        story.Sees(0).AssertHeld(ScalingGuard.Range, 3, 6, until: null);
        story.Sees(6 * 3600).AssertFree(3);
    }

    private static ScalingRule Always(string bound)
    {
        var parts = bound.Split(' ');
        return new ScheduleRule { Start = "* * * * *", End = "0 0 29 2 *", Bound = Enum.Parse<ScheduleBound>(parts[0], ignoreCase: true), Replicas = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) };
    }

    private static ScalingDecision Decide(ImmutableArray<ScalingRule> rules, ReplicaRange range, int current) => ScalingDecisionEngine.Decide(
        new() { Target = "web", Range = range, Rules = rules, Behavior = ScalingBehavior.Immediate },
        ScalingState.New,
        new() { Replicas = ReplicaStatus.AllReady(current) },
        Story.Start);

    private sealed record Wish(int Replicas) : ScalingRule
    {
        public override string Name { get; init; } = "wish";

        public override Recommendation Recommend(in RuleContext context) => Recommendation.For(Replicas, "it says so");
    }
}
