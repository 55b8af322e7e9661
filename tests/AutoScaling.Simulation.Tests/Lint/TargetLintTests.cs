using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class TargetLintTests
{
    [Fact]
    public void Check_TargetAndToleranceBeyondFullUse_IsFound() => Assert.Equal(
        ("unreachable-target", "rules[0].target",
            "Replicas are added only above 104.5 % cpu (the target of 95 and a tolerance of 0.1), and replicas that may use no more than they requested never use more than 100 %: in full use they stay as few as they are. Set the target below 90.9, unless replicas may use more than they request."),
        Only(Policy(Tracking(95))));

    [Fact]
    public void Check_TargetWithRoomAbove_IsFine() => None(Policy(Tracking(80)));

    [Fact]
    public void Check_ThresholdAtFullUse_IsFound() => Assert.Equal(
        ("unreachable-target", "rules[0].memoryTarget",
            "Replicas are added only above 100 % memory, and replicas that may use no more than they requested never use more than 100 %: in full use they stay as few as they are. Set the target below 100, unless replicas may use more than they request."),
        Only(Policy(new ThresholdRule { MemoryTarget = 100 })));

    [Fact]
    public void Check_ThresholdBelowFullUse_IsFine() => None(Policy(new ThresholdRule { MemoryTarget = 95 }));

    [Fact]
    public void Check_StepThatAddsFromFullUse_IsFound() => Assert.Equal(
        ("unreachable-target", "rules[0].steps",
            "Replicas are added only from 100 % cpu, and replicas that may use no more than they requested hardly ever use all of it: in full use they stay as few as they are. Let the first step that adds begin below 100, unless replicas may use more than they request."),
        Only(Policy(Steps(new() { Below = 40, Amount = -1 }, new() { From = 100, Amount = 1 }))));

    [Fact]
    public void Check_StepsOfAQueueBeyond100_AreFine() =>
        None(Policy(new StepRule { Metric = "queue", IsTotal = true, Steps = [new() { Below = 10, Amount = -1 }, new() { From = 500, Amount = 1 }] }));

    [Fact]
    public void Check_ShareInsteadOfPercent_IsFound() => Assert.Equal(
        ("unreachable-target", "rules[0].target",
            "cpu is percent, so 0.7 is 0.7 % and not 70 %: the least use asks for more replicas, up to the most there may be. Set it to 70 if that share is meant."),
        Only(Policy(Tracking(0.7))));

    [Fact]
    public void Check_StepsInSharesInsteadOfPercent_AreFound() => Assert.Equal(
        ("unreachable-target", "rules[0].steps",
            "cpu is percent, and no step begins or ends above 0.8 %: nearly any use lies beyond them all. Set them in percent, such as 80 for 0.8."),
        Only(Policy(Steps(new() { Below = 0.3, Amount = -1 }, new() { From = 0.8, Amount = 1 }))));

    [Fact]
    public void Check_SmallAverageOfAnotherKind_IsFine() => None(Policy(Tracking(0.7, "latency", TargetKind.AverageValue)));

    [Fact]
    public void Check_RatioToATotalThatReplicasDoNotLower_IsFound() => Assert.Equal(
        ("unreachable-target", "rules[0].kind",
            "request_rate is a total that more replicas do not lower, and TotalValue multiplies the replicas by its ratio to 500 at each evaluation: above 550 they grow to 10, whatever the load. Use TotalPerReplica, with what one replica is to serve."),
        Only(Policy(Tracking(500, "request_rate", TargetKind.TotalValue))));

    [Fact]
    public void Check_TotalPerReplica_IsFine() => None(Policy(Tracking(50, "request_rate", TargetKind.TotalPerReplica)));
}
