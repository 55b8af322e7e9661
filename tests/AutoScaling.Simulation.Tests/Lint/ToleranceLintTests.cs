using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class ToleranceLintTests
{
    [Fact]
    public void Check_WideUpAtTheMinimum_IsFound() => Assert.Equal(
        ("wide-tolerance", "behavior.scaleUp.tolerance",
            "A tolerance of 0.1 at 20 replicas is 2 replicas: the load may exceed the target by what so many carry, and none is added. One replica is 1/20 of them: set the tolerance to 0.05 or less."),
        Only(With(20, up: 0.1, down: 0.04)));

    [Fact]
    public void Check_WideDownAboveTheMinimum_IsFound() => Assert.Equal(
        ("wide-tolerance", "behavior.scaleDown.tolerance",
            "A tolerance of 0.6 at 2 replicas is 1.2 replicas: so many more than the load needs may stay. One replica is 1/2 of them: set the tolerance to 0.5 or less."),
        Only(With(1, up: 0.1, down: 0.6)));

    [Fact]
    public void Check_DownToNothing_IsFound() => Assert.Equal(
        ("wide-tolerance", "behavior.scaleDown.tolerance",
            "A tolerance of 1 reaches from the target down to 0: the rules never ask for fewer replicas, even without load. One replica is 1/2 of them: set the tolerance to 0.5 or less."),
        Only(With(1, up: 0.1, down: 1)));

    [Theory]
    [InlineData(1, 0.1, 0.5)]
    [InlineData(20, 0.05, 0.047)]
    [InlineData(9, 0.1, 0.1)]
    public void Check_OneReplicaOrLess_IsFine(int min, double up, double down) => None(With(min, up, down));

    [Fact]
    public void Check_RulesWithoutTolerance_AreFine() => None(With(20, 0.1, 0.1) with { Rules = [new ThresholdRule()] });

    private static ScalingPolicy With(int min, double up, double down) => Policy(Tracking(60)) with
    {
        Range = new(min, 100),
        Behavior = new()
        {
            ScaleUp = ScalingBehavior.Default.ScaleUp with { Tolerance = up },
            ScaleDown = ScalingBehavior.Default.ScaleDown with { Tolerance = down },
        },
    };
}
