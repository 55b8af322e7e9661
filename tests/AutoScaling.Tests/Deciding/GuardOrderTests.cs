using System.Collections.Immutable;

namespace AutoScaling.Tests.Deciding;

/// <summary>Which guard is asked first shows in who holds and in what the next one is given.</summary>
public sealed class GuardOrderTests
{
    [Fact]
    public void MissingMetrics_BeforeAgreement_AndNothingAfterIsAsked()
    {
        var story = new Story(Windows, 10);
        story.Policy = story.Policy with
        {
            Rules = [new FixedRule { Replicas = 2 }, new FixedRule { Replicas = 20 }, new ThresholdRule()],
            Combine = RuleCombination.Min,
            ScaleDownOnlyIfAllAgree = true,
        };
        story.Sees(0, cpu: double.NaN).AssertSteps((ScalingGuard.MissingMetrics, 2, 10));
    }

    [Fact]
    public void Agreement_BeforeStabilization()
    {
        var story = new Story(Windows, 10);
        story.Policy = story.Policy with { Rules = [new FixedRule { Replicas = 2 }, new FixedRule { Replicas = 10 }], Combine = RuleCombination.Min, ScaleDownOnlyIfAllAgree = true };
        story.Sees(0).AssertSteps((ScalingGuard.Agreement, 2, 10));
    }

    [Fact]
    public void Stabilization_BeforeFlapGuard_BeforeCooldown()
    {
        // The window holds 8 of the 4 that the step wants; the flap guard, 10 replicas at 20 %, more than 23 % is too much, holds 9; the cooldown holds all.
        var story = new Story(Windows, 8);
        ImmutableArray<ScalingRule> rules =
        [
            new StepRule { Metric = "load", Steps = [new() { Below = 21, Amount = -6 }, new() { From = 23, Amount = 1 }] },
        ];
        story.Policy = story.Policy with { Rules = rules };
        story.Wants(0, 8);
        story.Replicas = 10;
        story.Sees(10, MetricReading.Available("load", 20, Story.Start))
            .AssertSteps((ScalingGuard.Stabilization, 4, 8), (ScalingGuard.FlapGuard, 8, 9), (ScalingGuard.Cooldown, 9, 10));
    }

    [Fact]
    public void Stabilization_BeforeRateLimit()
    {
        var story = new Story(Limited, 4);
        story.Wants(0, 30);
        story.Wants(50, 40);
        story.Wants(60, 50).AssertSteps((ScalingGuard.Stabilization, 50, 40), (ScalingGuard.RateLimit, 40, 14));
    }

    [Fact]
    public void Range_ThatAloneWouldDoIt_IsTheOnlyReason()
    {
        // What a window or limit allows is beyond the range, so that it is the range that holds, and no time helps.
        var story = new Story(Limited, 4, max: 12);
        story.Wants(0, 30);
        story.Wants(50, 40);
        story.Wants(60, 50).AssertHeld(ScalingGuard.Range, 50, 12, until: null);

        // At the least count already: neither the window nor the cooldown is to blame.
        new Story(Windows, 3, min: 3).Wants(0, 1).AssertHeld(ScalingGuard.Range, 1, 3, until: null);

        // Partly: down to the range is what they hold.
        new Story(Windows, 5, min: 3).Wants(0, 1).AssertHeld(ScalingGuard.Stabilization, 1, 5, until: 60);
    }

    [Fact]
    public void Cooldown_BeforeRateLimit()
    {
        var limited = new ScalingBehavior
        {
            ScaleUp = new() { Cooldown = TimeSpan.FromSeconds(30), RateLimits = [RateLimit.Replicas(2, TimeSpan.FromSeconds(60))] },
            FlapGuard = false,
        };
        var story = new Story(limited, 4);
        story.Wants(0, 9).AssertSteps((ScalingGuard.RateLimit, 9, 6));
        story.Wants(10, 9).AssertSteps((ScalingGuard.Cooldown, 9, 6));
        story.Wants(30, 9).AssertSteps((ScalingGuard.RateLimit, 9, 6));
        story.Wants(60, 9).AssertSteps((ScalingGuard.RateLimit, 9, 8));
    }

    [Fact]
    public void OutOfRange_BeforeAllOthers()
    {
        var story = new Story(Windows, 30, max: 12);
        story.Policy = story.Policy with { Rules = [new ThresholdRule()] };
        story.Sees(0, cpu: double.NaN).AssertSteps((ScalingGuard.OutOfRange, 30, 12));
    }

    [Fact]
    public void Preset_OfKubernetes_IsTheHpasDefault()
    {
        var up = new Story(ScalingBehavior.Kubernetes, 10);
        up.Wants(0, 60).AssertSteps((ScalingGuard.RateLimit, 60, 20));
        up.Wants(15, 60).AssertSteps((ScalingGuard.RateLimit, 60, 40));
        up.Wants(30, 60).AssertFree(60);
        up.Wants(45, 1).AssertHeld(ScalingGuard.Stabilization, 1, 60, until: 330);
        up.Wants(330, 1).AssertFree(1);
        new Story(ScalingBehavior.Kubernetes, 1).Wants(0, 60).AssertSteps((ScalingGuard.RateLimit, 60, 5));
    }

    [Fact]
    public void Preset_Default_HasTheDescribedCooldownsAndTheFlapGuard()
    {
        var behavior = new ScalingPolicy { Target = "web" }.Behavior;
        Assert.Same(ScalingBehavior.Default, behavior);
        Assert.Equal((TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(600), true), (behavior.ScaleUp.Cooldown, behavior.ScaleDown.Cooldown, behavior.FlapGuard));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, 0.1, 0.1), (behavior.ScaleUp.StabilizationWindow, behavior.ScaleDown.StabilizationWindow, behavior.ScaleUp.Tolerance, behavior.ScaleDown.Tolerance));
        new Story(ScalingBehavior.Immediate, 5).Wants(0, 1).AssertFree(1);
    }

    private static ScalingBehavior Limited => Windows with
    {
        ScaleUp = new() { StabilizationWindow = TimeSpan.FromSeconds(60), RateLimits = [RateLimit.Replicas(10, TimeSpan.FromSeconds(60))] },
    };

    private static ScalingBehavior Windows => new()
    {
        ScaleUp = new() { StabilizationWindow = TimeSpan.FromSeconds(60) },
        ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(60), Cooldown = TimeSpan.FromSeconds(600) },
    };
}
