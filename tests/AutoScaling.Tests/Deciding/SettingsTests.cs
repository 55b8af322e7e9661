using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Deciding;

/// <summary>Every setting of a policy and its behaviour says what is wrong with a value, and takes the values at its bounds.</summary>
public sealed class SettingsTests
{
    private static readonly ScalingPolicy Policy = new() { Target = "web" };
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public void Cooldown_OutsideItsBounds_NamesTheRuleAndTheValue()
    {
        AssertInvalid("Cooldown must be between 0 and 24 hours, but is -1s.", () => new DirectionBehavior { Cooldown = TimeSpan.FromSeconds(-1) });
        AssertInvalid("Cooldown must be between 0 and 24 hours, but is 1d 1m.", () => new DirectionBehavior { Cooldown = Day + TimeSpan.FromMinutes(1) });
        AssertInvalid("Cooldown must be between 0 and 24 hours, but is -10675199d 2h 48m 5.4775807s.", () => new DirectionBehavior { Cooldown = TimeSpan.MinValue });
        Assert.Equal((Day, TimeSpan.Zero), (new DirectionBehavior { Cooldown = Day }.Cooldown, new DirectionBehavior { Cooldown = TimeSpan.Zero }.Cooldown));
    }

    [Fact]
    public void StabilizationWindow_OutsideItsBounds_NamesTheRuleAndTheValue()
    {
        AssertInvalid("StabilizationWindow must be between 0 and 24 hours, but is -0.001s.", () => new DirectionBehavior { StabilizationWindow = TimeSpan.FromMilliseconds(-1) });
        AssertInvalid("StabilizationWindow must be between 0 and 24 hours, but is 2d.", () => new DirectionBehavior { StabilizationWindow = Day * 2 });
        AssertInvalid("StabilizationWindow must be between 0 and 24 hours, but is -0.0000001s.", () => new DirectionBehavior { StabilizationWindow = -Tick });
        AssertInvalid("StabilizationWindow must be between 0 and 24 hours, but is 1d 0.0000001s.", () => new DirectionBehavior { StabilizationWindow = Day + Tick });
        Assert.Equal(Day, new DirectionBehavior { StabilizationWindow = Day }.StabilizationWindow);
    }

    [Theory]
    [InlineData(-0.001, "-0.001")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Tolerance_NegativeOrNoNumber_NamesTheRuleAndTheValue(double value, string text)
    {
        AssertInvalid($"Tolerance must be at least 0, but is {text}.", () => new DirectionBehavior { Tolerance = value });
        Assert.Equal((0.0, 0.1), (new DirectionBehavior { Tolerance = 0 }.Tolerance, new DirectionBehavior().Tolerance));
    }

    [Fact]
    public void RateLimit_OutsideItsBounds_NamesTheRuleAndTheValue()
    {
        var minute = TimeSpan.FromMinutes(1);
        AssertInvalid("RateLimits Replicas must be at least 1, but is 0.", () => RateLimit.Replicas(0, minute));
        AssertInvalid("RateLimits Percent must be at least 1, but is -5.", () => RateLimit.Percent(-5, minute));
        AssertInvalid("RateLimits Period must be more than 0 and at most 1 hour, but is 0s.", () => RateLimit.Replicas(1, TimeSpan.Zero));
        AssertInvalid("RateLimits Period must be more than 0 and at most 1 hour, but is 1h 1m.", () => RateLimit.Percent(1, TimeSpan.FromMinutes(61)));
        Assert.Throws<ScalingException>(() => RateLimit.Percent(1, TimeSpan.FromHours(1) + Tick));
        Assert.Equal("1 replica per 1h", RateLimit.Replicas(1, TimeSpan.FromHours(1)).ToString());
        Assert.Equal("4 replicas per 15s", RateLimit.Replicas(4, TimeSpan.FromSeconds(15)).ToString());
        Assert.Equal("100 % per 1m 30s", RateLimit.Percent(100, TimeSpan.FromSeconds(90)).ToString());
    }

    [Fact]
    public void RateLimits_NotSet_AreNone()
    {
        Assert.Empty(new DirectionBehavior { RateLimits = default }.RateLimits);
        Assert.Equal(TimeSpan.Zero, new DirectionBehavior { RateLimits = default }.LongestPeriod);
        var limits = new DirectionBehavior { RateLimits = [RateLimit.Replicas(1, TimeSpan.FromSeconds(5)), RateLimit.Replicas(1, TimeSpan.FromSeconds(9)), RateLimit.Percent(1, TimeSpan.FromSeconds(7))] };
        Assert.Equal(TimeSpan.FromSeconds(9), limits.LongestPeriod);
        Assert.Equal(TimeSpan.FromSeconds(1), (limits with { RateLimits = [RateLimit.Replicas(1, TimeSpan.FromSeconds(1))] }).LongestPeriod);
    }

    [Fact]
    public void Rules_None_NameTheRule()
    {
        AssertInvalid("Rules must hold at least 1 rule, but is empty.", () => Policy with { Rules = [] });
        AssertInvalid("Rules must hold at least 1 rule, but is empty.", () => Policy with { Rules = default });
        Assert.Equal(new ThresholdRule(), Assert.Single(Policy.Rules));
    }

    [Fact]
    public void MaxMetricAge_NotPositive_NamesTheRuleAndTheValue()
    {
        AssertInvalid("MaxMetricAge must be more than 0, but is 0s.", () => Policy with { MaxMetricAge = TimeSpan.Zero });
        AssertInvalid("MaxMetricAge must be more than 0, but is -2m.", () => Policy with { MaxMetricAge = TimeSpan.FromMinutes(-2) });
        Assert.Equal(TimeSpan.FromMinutes(5), Policy.MaxMetricAge);
    }

    [Fact]
    public void Interval_OutsideItsBounds_NamesTheRuleAndTheValue()
    {
        AssertInvalid("Interval must be between 0.1s and 24 hours, but is 0s.", () => Policy with { Interval = TimeSpan.Zero });
        AssertInvalid("Interval must be between 0.1s and 24 hours, but is 1d 1h.", () => Policy with { Interval = TimeSpan.FromHours(25) });
        Assert.Equal((null, Day), ((Policy with { Interval = null }).Interval, (Policy with { Interval = Day }).Interval));
    }

    [Fact]
    public void Range_Defaults_AreTheDescribedOnes() => Assert.Equal(new ReplicaRange(1, 10), Policy.Range);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("a\tb")]
    public void Target_NoName_NamesTheRuleAndTheValue(string name) =>
        AssertInvalid($"Service must be a name without spaces or commas, but is '{name.Replace("\t", "\\t", StringComparison.Ordinal)}'.", () => new ScalingTarget(name));

    [Theory]
    [InlineData("", "Metric must be a name, optionally followed by '@' and a source, but is ''.")]
    [InlineData("@orders", "Metric must be a name, optionally followed by '@' and a source, but is ''.")]
    [InlineData("queue@", "Metric must name a source after '@', but is 'queue@'.")]
    public void Metric_NoName_NamesTheRuleAndTheValue(string text, string sentence) => AssertInvalid(sentence, () => MetricRef.Parse(text));

    [Fact]
    public void Decide_Null_IsMisuse()
    {
        var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(1) };
        Assert.Throws<ArgumentNullException>("policy", () => ScalingDecisionEngine.Decide(null!, ScalingState.New, observation, Story.Start));
        Assert.Throws<ArgumentNullException>("state", () => ScalingDecisionEngine.Decide(Policy, null!, observation, Story.Start));
        Assert.Throws<ArgumentNullException>("observation", () => ScalingDecisionEngine.Decide(Policy, ScalingState.New, null!, Story.Start));
        var decision = ScalingDecisionEngine.Decide(Policy, ScalingState.New, observation, Story.Start);
        Assert.Throws<ArgumentNullException>("decision", () => ScalingState.New.After(null!, ScaleOutcome.Applied));
        Assert.Throws<ArgumentNullException>("outcome", () => ScalingState.New.After(decision, null!));
    }
}
