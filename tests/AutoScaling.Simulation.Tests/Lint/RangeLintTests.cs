using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class RangeLintTests
{
    [Fact]
    public void Check_MinIsMax_IsFound() => Assert.Equal(
        ("contradicting-range", "range",
            "Min and Max are both 3, so no rule ever changes the count. Raise Max or lower Min; if the count is to be constant, a FixedRule of 3 says so."),
        Only(Policy(Tracking(60)) with { Range = new(3, 3) }));

    [Fact]
    public void Check_MinIsMaxAndIsMeant_IsFine() => None(Policy(new FixedRule { Replicas = 3 }) with { Range = new(3, 3) });

    [Fact]
    public void Check_ConstantOutsideTheRange_IsFound() => Assert.Equal(
        ("contradicting-range", "rules[1].replicas",
            "The rule asks for 20 replicas, and the range 1..10 allows at most 10: it counts as 10. Set it to a count in the range, or Max to 20."),
        Only(Policy(Tracking(60), new FixedRule { Replicas = 20 })));

    [Fact]
    public void Check_ConstantInsideTheRange_IsFine() => None(Policy(Tracking(60), new FixedRule { Replicas = 2 }));

    [Fact]
    public void Check_ConstantPartOfASum_IsFine() => None(Policy(Tracking(60), new FixedRule { Replicas = 1 }) with { Range = new(2, 10), Combine = RuleCombination.Sum });
}
