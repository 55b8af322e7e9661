using System.Collections.Immutable;
using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class ForeignRuleTests
{
    [Fact]
    public void Check_RuleThatThrows_IsFoundAndTheOthersAreCheckedAllTheSame()
    {
        var found = PolicyLint.Check(Policy(new BrokenRule(), Tracking(0.7)));
        Assert.Equal(["unreachable-target", "rule-throws"], found.Select(finding => finding.Rule));
        Assert.Equal("rules[1].target", found[0].Setting);
        Assert.Equal("rules[0]", found[1].Setting);
        Assert.Equal(
            "The rule throws FormatException (no number), and an evaluation at which it does decides nothing. Let it return Recommendation.Unavailable where it cannot say.",
            found[1].Message);
    }

    [Fact]
    public void Check_RuleWhoseLoadIsShared_IsFoundByWhatItProjects() => Assert.Equal(
        ("flapping-pair", "rules[0]",
            "At one and the same load, 'shared' asks for 2 with 1 replica, and for 1 with 2 replicas: the count goes up and down for ever, one round in about 10m 30s. Turn FlapGuard on, or let 'shared' ask for fewer than 2 only at loads for which 1 is enough."),
        Only(Policy(new SharedRule(60, 45)) with { Behavior = ScalingBehavior.Default with { FlapGuard = false } }));

    [Fact]
    public void Check_RuleWhoseLoadIsSharedWithRoomBetween_IsFine() =>
        None(Policy(new SharedRule(60, 20)) with { Behavior = ScalingBehavior.Default with { FlapGuard = false } });

    [Fact]
    public void Check_RuleOnATotal_IsFine() => None(Policy(new QueueRule()) with { Behavior = ScalingBehavior.Immediate });

    [Fact]
    public void Check_RuleByTheClock_IsFine() => None(Policy(new NightRule(), new ThresholdRule()) with { Behavior = ScalingBehavior.Default with { FlapGuard = false } });

    private sealed record BrokenRule : ScalingRule
    {
        public override string Name { get; init; } = "broken";

        public override Recommendation Recommend(in RuleContext context) => throw new FormatException("no number");
    }

    private sealed record SharedRule(double Above, double Below) : ScalingRule
    {
        public override string Name { get; init; } = "shared";

        public override ImmutableArray<MetricRef> Metrics => ["use"];

        public override Recommendation Recommend(in RuleContext context) =>
            context.TryRead("use", out var use, out var trouble) ? Recommendation.For(For(context.Current, use.Value), "so it is") with { Value = use.Value } : trouble;

        public override int Project(in RuleContext context, int replicas, in Recommendation recommended) =>
            For(replicas, (recommended.Value ?? 0) * context.Current / replicas);

        private int For(int replicas, double use) => use > Above ? replicas * 2 : use < Below ? replicas - 1 : replicas;
    }

    private sealed record QueueRule : ScalingRule
    {
        public override string Name { get; init; } = "queue";

        public override ImmutableArray<MetricRef> Metrics => ["queue"];

        public override Recommendation Recommend(in RuleContext context) => !context.TryRead("queue", out var queue, out var trouble) ? trouble
            : Recommendation.For(queue.Value > 100 ? context.Current + 1 : queue.Value < 80 ? context.Current - 1 : context.Current, "so long is the queue");
    }

    private sealed record NightRule : ScalingRule
    {
        public override string Name { get; init; } = "night";

        public override Recommendation Recommend(in RuleContext context) => Recommendation.For(context.Now.Hour is >= 22 or < 6 ? 1 : context.Current, "so it is at this hour");
    }
}
