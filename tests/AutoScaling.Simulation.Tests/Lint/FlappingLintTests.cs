using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class FlappingLintTests
{
    private static readonly StepRule Doubling = Steps(new() { Below = 50, Amount = -1 }, new() { From = 60, Adjustment = StepAdjustment.PercentChange, Amount = 100 });

    [Fact]
    public void Check_StepsThatChaseEachOther_AreFound() => Assert.Equal(
        ("flapping-pair", "rules[0]",
            "At one and the same load, 'step' asks for 2 with 1 replica and cpu at 60, and for 1 with 2 replicas and cpu at 30: the count goes up and down for ever, one round in about 10m 30s. Turn FlapGuard on, or let 'step' ask for fewer than 2 only at loads for which 1 is enough."),
        Only(Unguarded(Doubling)));

    [Fact]
    public void Check_ALongerRound_IsFoundWithItsCounts() => Assert.Equal(
        ("flapping-pair", "rules[0]",
            "At one and the same load, 'step' asks for 6 with 3 replicas and cpu at 60, and for 5 with 6 replicas and cpu at 30: the count goes up and down for ever (3, 6, 5, 4, 3), one round in about 30m 30s. Turn FlapGuard on, or let 'step' ask for fewer than 6 only at loads for which 5 are enough."),
        Only(Unguarded(Doubling) with { Range = new(3, 10) }));

    [Fact]
    public void Check_MemoryAboveAndCpuBelow_IsFound() => Assert.Equal(
        ("flapping-pair", "rules[0]",
            "At one and the same load, 'threshold' asks for 2 with 1 replica and memory at 81.6, and for 1 with 2 replicas and cpu at 26.25: the count goes up and down for ever, one round in about 10m 30s. Turn FlapGuard on, or let 'threshold' ask for fewer than 2 only at loads for which 1 is enough."),
        Only(Unguarded(new ThresholdRule { MemoryTarget = 80 })));

    [Fact]
    public void Check_TwoRules_AreBothNamed() => Assert.Equal(
        ("flapping-pair", "rules[0]",
            "At one and the same load, 'step' asks for 2 with 1 replica and cpu at 60, and 'cpu' for 1 with 2 replicas and cpu at 30: the count goes up and down for ever, one round in about 10m 30s. Turn FlapGuard on, or let 'cpu' ask for fewer than 2 only at loads for which 1 is enough."),
        Only(Unguarded(Steps(new() { Below = 40, Amount = -5 }, new() { From = 60, Adjustment = StepAdjustment.PercentChange, Amount = 100 }), Tracking(85))));

    [Fact]
    public void Check_GuardsThatOnlyStretchTheRound_SayHowFar() => Assert.Contains(
        "one round in about 5m 30s",
        PolicyLint.Check(Policy(Doubling) with { Behavior = ScalingBehavior.Kubernetes }).Single(finding => finding.Rule == "flapping-pair").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Check_FlapGuardOn_IsFine() => None(Policy(Doubling));

    [Fact]
    public void Check_ScaleDownDisabled_IsFine() => None(Unguarded(Doubling) with
    {
        Behavior = new() { ScaleUp = ScalingBehavior.Default.ScaleUp, ScaleDown = new() { Select = RateLimitSelect.Disabled }, FlapGuard = false },
    });

    [Fact]
    public void Check_StepsWithRoomBetween_AreFine() =>
        None(Unguarded(Steps(new() { Below = 25, Amount = -1 }, new() { From = 60, Adjustment = StepAdjustment.PercentChange, Amount = 100 })));

    [Fact]
    public void Check_StepsOfATotal_AreFine() => None(Unguarded(Doubling with { Metric = "queue", IsTotal = true }));

    [Theory]
    [InlineData(TargetKind.Utilization)]
    [InlineData(TargetKind.AverageValue)]
    [InlineData(TargetKind.TotalPerReplica)]
    public void Check_TargetTracking_IsFine(TargetKind kind)
    {
        for (var target = 10; target <= 90; target += 10) None(Unguarded(Tracking(target, "cpu", kind)));
    }

    private static ScalingPolicy Unguarded(params ScalingRule[] rules) => Policy(rules) with { Behavior = ScalingBehavior.Default with { FlapGuard = false } };
}
