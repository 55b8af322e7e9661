using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class LoadLintTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    // An hour in which 10 replicas are needed for the half of the time, and 4 for the other.
    private static readonly LoadTrace Load = new(
        "hour", [.. Enumerable.Range(0, 60).Select(m => new LoadPoint(TimeSpan.FromMinutes(m), m % 20 < 10 ? 320 : 800))], Start);

    [Fact]
    public void Check_MaximumBelowWhatTheLoadNeeds_IsFound()
    {
        var (rule, setting, message) = Only(Policy(Tracking(70)) with { Range = new(1, 6) }, new() { Loads = [Load], CapacityPerReplica = 100 });
        Assert.Equal(("small-maximum", "range"), (rule, setting));
        Assert.StartsWith("On the load 'hour' the policy is at its maximum of 6 replicas ", message, StringComparison.Ordinal);
        Assert.EndsWith(
            " of the time, where up to 10 are needed: its range decides there, and not its rules. "
            + "Allow more, or say what a replica can serve (100.0 was assumed).",
            message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(12)]
    public void Check_MaximumThatIsEnough_IsFine(int max) =>
        None(Policy(Tracking(70)) with { Range = new(1, max) }, new() { Loads = [Load], CapacityPerReplica = 100 });

    [Fact]
    public void Check_CapacityIsNotGiven_SuitsTheRange() => None(Policy(Tracking(70)) with { Range = new(1, 6) }, new() { Loads = [Load] });

    [Fact]
    public void Check_MetricThatNoModelKnows_IsNotTried() =>
        None(Policy(new TargetTrackingRule { Metric = "orders", Target = 5, Kind = TargetKind.AverageValue }) with { Range = new(1, 2) }, new() { Loads = [Load], CapacityPerReplica = 100 });

    [Fact]
    public void Check_RuleThatThrows_IsFoundAsThat() =>
        Assert.All(PolicyLint.Check(Policy(new Throwing()) with { Range = new(1, 6) }, new() { Loads = [Load], CapacityPerReplica = 100 }), f => Assert.Equal("rule-throws", f.Rule));

    [Fact]
    public void Options_CapacityOfNothing_Throws() => Assert.Equal(
        "CapacityPerReplica must be more than 0, but is 0.", Assert.Throws<ScalingException>(() => new LintOptions { CapacityPerReplica = 0 }).Message);

    private sealed record Throwing : ScalingRule
    {
        public override string Name { get; init; } = "throws";

        public override Recommendation Recommend(in RuleContext context) => throw new InvalidOperationException("no");
    }
}
