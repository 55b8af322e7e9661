using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class MinimumLintTests
{
    [Fact]
    public void Check_ExactArithmeticAboveTheMinimum_IsFound() => Assert.Equal(
        ("unreachable-minimum", "rules[0].exactArithmetic",
            "With ExactArithmetic 3 × 0.7 is rounded up to 3: once there are 3 replicas there are never fewer, without any load, though Min is 1. Leave ExactArithmetic off, or set Min to 3."),
        Only(Policy(new ThresholdRule { ExactArithmetic = true })));

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public void Check_MinimumThatRoundingReaches_IsFine(bool exact, int min) => None(Policy(new ThresholdRule { ExactArithmetic = exact }) with { Range = new(min, 10) });

    [Fact]
    public void Check_RuleThatOnlyAdds_IsFoundWhereItHoldsAnotherBack() => Assert.Equal(
        ("unreachable-minimum", "rules[1].steps",
            "No step of 'step' removes replicas, so outside its steps it asks for as many as there are, and 'cpu' never gets fewer, without any load. Give it a step that removes them too, or let one rule hold the steps for both ways."),
        Only(Policy(Tracking(60), new StepRule { Metric = "queue", IsTotal = true, Steps = [new() { From = 100, Amount = 2 }] })));

    [Fact]
    public void Check_RuleThatAddsAndRemoves_IsFine() =>
        None(Policy(Tracking(60), new StepRule { Metric = "queue", IsTotal = true, Steps = [new() { Below = 10, Amount = -1 }, new() { From = 100, Amount = 2 }] }));

    [Fact]
    public void Check_RuleThatOnlyAddsAlone_IsFound() => Assert.Equal(
        ("unreachable-minimum", "rules[0].steps",
            "No step of 'step' removes replicas, and nothing else in the policy does, so what was added stays for ever, without any load. Give it a step that removes them too."),
        Only(Policy(Steps(new ScalingStep { From = 80, Amount = 1 }))));

    [Fact]
    public void Check_RuleThatOnlyAddsBesideAScheduleThatTakesAway_IsFine() => None(
        Policy(Steps(new ScalingStep { From = 80, Amount = 1 }), new ScheduleRule { Start = "0 0 * * *", End = "0 6 * * *", Bound = ScheduleBound.Ceiling, Replicas = 2 }));

    [Fact]
    public void Check_RuleThatOnlyAddsAndGoesToZeroByItsActivation_IsFine() => None(
        Policy(new StepRule { Metric = "queue", IsTotal = true, Steps = [new() { From = 10, Amount = 1 }], Activation = new() { Above = 0 } }) with { Range = new(0, 10) });

    [Fact]
    public void Check_ZeroWithAveragesOnly_IsFound() => Assert.Equal(
        ("no-way-back-from-zero", "range.min",
            "Without load the policy goes to 0 replicas, and stays there: an average over the replicas has no reading without any, and a multiple of 0 is 0. Set Min to 1, or add a rule on a total, such as a BacklogRule or one that tracks TotalPerReplica."),
        Only(Policy(Tracking(60)) with { Range = new(0, 10) }));

    [Fact]
    public void Check_ZeroWithATotal_IsFine() => None(Policy(Tracking(60), new BacklogRule { Metric = "queue", ThroughputPerReplica = 5 }) with { Range = new(0, 10) });

    [Fact]
    public void Check_ZeroWithAScheduleThatWakesIt_IsFine() => None(
        Policy(Tracking(60), new ScheduleRule { Start = "0 8 * * *", End = "0 18 * * *", Replicas = 1 }) with { Range = new(0, 10) });

    [Fact]
    public void Check_ConstantZero_IsFine() => None(Policy(new FixedRule { Replicas = 0 }) with { Range = new(0, 10) });
}
