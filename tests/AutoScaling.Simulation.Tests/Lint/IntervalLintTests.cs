using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class IntervalLintTests
{
    [Fact]
    public void Check_WindowWithinTheInterval_IsFound() => Assert.Equal(
        ("long-interval", "behavior.scaleDown.stabilizationWindow",
            "The policy is evaluated every 30s, so a window of 30s holds one recommendation, the newest, and steadies nothing. Set it to 1m or more, or evaluate more often."),
        Only(Policy(Tracking(60)) with { Behavior = new() { ScaleDown = new() { StabilizationWindow = Seconds(30) } } }));

    [Fact]
    public void Check_CooldownWithinTheInterval_IsFound() => Assert.Equal(
        ("long-interval", "behavior.scaleUp.cooldown",
            "The policy is evaluated every 1m 30s, so a cooldown of 1m is over each time and holds nothing back. Set it to more than 1m 30s, or evaluate more often."),
        Only(Policy(Tracking(60)) with { Behavior = new() { ScaleUp = new() { Cooldown = Seconds(60) } }, Interval = Seconds(90) }));

    [Fact]
    public void Check_RateLimitWithinTheInterval_IsFound() => Assert.Equal(
        ("long-interval", "behavior.scaleDown.rateLimits",
            "The policy is evaluated every 30s, so the limit of 1 replica per 10s never counts an earlier change: it allows as much once every 30s, 3 times slower than it says. Set its period to 30s or more, or evaluate every 10s."),
        Only(Policy(Tracking(60)) with { Behavior = new() { ScaleDown = new() { RateLimits = [RateLimit.Replicas(1, Seconds(10))] } } }));

    [Fact]
    public void Check_AllBeyondTheInterval_IsFine() => None(Policy(Tracking(60)) with
    {
        Behavior = new()
        {
            ScaleUp = new() { StabilizationWindow = Seconds(31), Cooldown = Seconds(31), RateLimits = [RateLimit.Replicas(4, Seconds(30))] },
            ScaleDown = new() { StabilizationWindow = Seconds(300), RateLimits = [RateLimit.Replicas(1, Seconds(60))] },
        },
    });

    [Fact]
    public void Check_LimitThatIsNone_IsFine() => None(Policy(Tracking(60)) with { Behavior = new() { ScaleDown = new() { RateLimits = [RateLimit.Percent(100, Seconds(1))] } } });
}
