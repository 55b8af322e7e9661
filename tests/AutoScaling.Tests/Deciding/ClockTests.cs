namespace AutoScaling.Tests.Deciding;

/// <summary>Clocks that start early, end late, or are set back.</summary>
public sealed class ClockTests
{
    private const double Year = 365 * 86400.0;

    [Fact]
    public void SetBack_AfterAFarFuture_HoldsNoLongerThanTheCooldown()
    {
        // The clock was ten years ahead when this was scaled up; then someone repaired it.
        var story = new Story(ScalingBehavior.Default, 3);
        story.Wants(10 * Year, 5);
        story.Wants(0, 8).AssertHeld(ScalingGuard.Cooldown, 8, 5, until: 300);
        story.Wants(299, 8).AssertHeld(ScalingGuard.Cooldown, 8, 5, until: 300);
        story.Wants(300, 8).AssertFree(8);
    }

    [Fact]
    public void SetBack_WithWindows_TakesTheirPastAsJustNow()
    {
        var story = new Story(new ScalingBehavior { ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(60) }, FlapGuard = false }, 3);
        story.Wants(1000, 9);
        story.Wants(1030, 6);

        // Set back by a thousand seconds: 9 and 6 were recommended a moment ago, and neither is forgotten before the window is over.
        story.Wants(20, 2).AssertHeld(ScalingGuard.Stabilization, 2, 9, until: 80);
        story.Wants(79, 2).AssertHeld(ScalingGuard.Stabilization, 2, 9, until: 80);
        story.Wants(80, 2).AssertFree(2);
    }

    [Fact]
    public void SetBack_ALittle_NeverShortensAWindow()
    {
        var story = new Story(new ScalingBehavior { ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(60) }, FlapGuard = false }, 3);
        story.Wants(100, 9);
        story.Wants(50, 4).AssertHeld(ScalingGuard.Stabilization, 4, 9, until: 110);
        story.Wants(109, 4).AssertHeld(ScalingGuard.Stabilization, 4, 9, until: 110);
        story.Wants(110, 4).AssertFree(4);
    }

    [Fact]
    public void SetBack_WithRateLimits_CountsTheChangesAsJustNow()
    {
        var story = new Story(new ScalingBehavior { ScaleUp = new() { RateLimits = [RateLimit.Replicas(2, TimeSpan.FromSeconds(60))] }, FlapGuard = false }, 3);
        story.Wants(Year, 9).AssertHeld(ScalingGuard.RateLimit, 9, 5, until: Year + 60);
        story.Wants(0, 9).AssertHeld(ScalingGuard.RateLimit, 9, 5, until: 60);
        story.Wants(60, 9).AssertHeld(ScalingGuard.RateLimit, 9, 7, until: 120);
    }

    [Fact]
    public void SetBack_BeforeTheFirstScaleDown_StillHoldsForTheCooldown()
    {
        var story = new Story(ScalingBehavior.Default, 3);
        story.Wants(Year, 3);
        story.Wants(0, 2).AssertHeld(ScalingGuard.Cooldown, 2, 3, until: 600);
        story.Wants(600, 2).AssertFree(2);
    }

    [Fact]
    public void FirstInstant_OfAClock_IsATimeLikeAnyOther()
    {
        // A simulation may count from default(DateTimeOffset).
        var seconds = (DateTimeOffset.MinValue - Story.Start).TotalSeconds;
        var story = new Story(ScalingBehavior.Default, 3);
        Assert.Equal(DateTimeOffset.MinValue, Story.At(seconds));
        story.Wants(seconds, 5).AssertFree(5);
        Assert.False(story.State.IsNew);
        Assert.Equal(DateTimeOffset.MinValue, story.State.LastScaleUp);
        story.State = ScalingState.FromJson(story.State.ToJson());
        Assert.Equal(DateTimeOffset.MinValue, story.State.LastScaleUp);
        story.Wants(seconds + 299, 8).AssertHeld(ScalingGuard.Cooldown, 8, 5, until: seconds + 300);
        story.Wants(seconds + 300, 8).AssertFree(8);

        new Story(ScalingBehavior.Default, 3).Wants(seconds, 2).AssertHeld(ScalingGuard.Cooldown, 2, 3, until: seconds + 600);
    }

    [Fact]
    public void LastInstant_OfAClock_EndsEveryUntil()
    {
        var held = new ScalingBehavior
        {
            ScaleUp = new() { StabilizationWindow = TimeSpan.FromHours(24), Cooldown = TimeSpan.FromHours(24), RateLimits = [RateLimit.Replicas(1, TimeSpan.FromHours(1))] },
            ScaleDown = new() { StabilizationWindow = TimeSpan.FromHours(24), Cooldown = TimeSpan.FromHours(24) },
        };
        foreach (var behavior in new[] { held, held with { ScaleUp = held.ScaleUp with { StabilizationWindow = TimeSpan.Zero } }, ScalingBehavior.Default, ScalingBehavior.Kubernetes })
        {
            foreach (var wanted in new[] { 1, 50 })
            {
                var state = ScalingState.New;
                for (var i = 0; i < 3; i++)
                {
                    var decision = ScalingDecisionEngine.Decide(
                        new() { Target = "web", Range = new(1, 100), Behavior = behavior, Rules = [new FixedRule { Replicas = wanted }] },
                        state,
                        new() { Replicas = ReplicaStatus.AllReady(10) },
                        DateTimeOffset.MaxValue);
                    Assert.All(decision.Steps, s => Assert.True(s.Until is null || s.Until <= DateTimeOffset.MaxValue));
                    Assert.Equal(decision.ToJson(), ScalingDecision.FromJson(decision.ToJson()).ToJson());
                    state = ScalingState.FromJson(state.After(decision, ScaleOutcome.Applied).ToJson());
                }
            }
        }
    }
}
