using System.Collections.Immutable;
using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class CooldownLintTests
{
    [Fact]
    public void Check_CooldownShorterThanTheStart_IsFound() => Assert.Equal(
        ("short-cooldown", "behavior.scaleUp.cooldown",
            "A cooldown of 1m is shorter than the 3m that replicas take to start, so 'hasty' adds again for the same load: with 1 replica and cpu at 61.2 it asks for 2, which suffice, and by the time the first of them serves there are 4. Set it to 3m or more."),
        Only(Policy(new Hasty()) with { Behavior = Up(new() { Cooldown = Seconds(60) }) }, new() { StartDelay = Seconds(180) }));

    [Fact]
    public void Check_NoCooldown_IsFound() => Assert.Equal(
        ("short-cooldown", "behavior.scaleUp.cooldown",
            "There is no cooldown while replicas take 1m to start, so 'hasty' adds again for the same load: with 2 replicas and cpu at 61.2 it asks for 3, which suffice, and by the time the first of them serves there are 4. Set it to 1m or more."),
        Only(Policy(new Hasty()) with { Behavior = Up(new()), Range = new(2, 20) }));

    [Fact]
    public void Check_CooldownOfTheStart_IsFine() => None(Policy(new ThresholdRule()) with { Behavior = Up(new() { Cooldown = Seconds(60) }) });

    [Fact]
    public void Check_WindowOfTheStart_IsFine() => None(Policy(new ThresholdRule()) with { Behavior = Up(new() { StabilizationWindow = Seconds(60) }) });

    [Fact]
    public void Check_RateLimitThatWaitsForTheStart_IsFine() =>
        None(Policy(new ThresholdRule()) with { Behavior = Up(new() { RateLimits = [RateLimit.Percent(50, TimeSpan.FromMinutes(5))] }) });

    [Fact]
    public void Check_NoReplicaNeedsTimeToStart_IsFine() => None(Policy(new ThresholdRule()) with { Behavior = Up(new()) }, new() { StartDelay = TimeSpan.Zero });

    [Fact]
    public void Check_RulesThatCountStartingReplicas_AreFine() => None(
        Policy(Tracking(60), new ThresholdRule(), Steps(new() { Below = 20, Amount = -1 }, new() { From = 60, Amount = 1 }), Tracking(50, "request_rate", TargetKind.TotalPerReplica), new BacklogRule { Metric = "queue", ThroughputPerReplica = 5 }) with { Behavior = Up(new()) },
        new() { StartDelay = TimeSpan.FromMinutes(10) });

    [Fact]
    public void Check_StepToACount_IsFine() => None(Policy(Steps(new() { Below = 20, Amount = -1 }, new() { From = 60, Adjustment = StepAdjustment.To, Amount = 5 })) with { Behavior = Up(new()) });

    /// <summary>A rule that does not know that replicas take time to start; the library's own all do.</summary>
    private sealed record Hasty : ScalingRule
    {
        public override string Name { get; init; } = "hasty";

        public override ImmutableArray<MetricRef> Metrics => [MetricRef.Cpu];

        public override RuleDescription Describe() =>
            new() { Comparisons = [new() { Metric = MetricRef.Cpu, Setting = "target", Nature = MetricNature.Average, Edges = [20, 60] }] };

        public override Recommendation Recommend(in RuleContext context)
        {
            if (!context.TryRead(MetricRef.Cpu, out var cpu, out var trouble)) return trouble;
            var count = context.Current + (cpu.Value > 60 ? 1 : cpu.Value < 20 ? -1 : 0);
            return new() { Kind = RecommendationKind.Replicas, Replicas = count, Metric = MetricRef.Cpu, Value = cpu.Value };
        }
    }

    private static ScalingBehavior Up(DirectionBehavior up) => ScalingBehavior.Default with { ScaleUp = up };
}
