using System.Collections.Immutable;

namespace AutoScaling.Tests.Deciding;

public sealed class MissingMetricsTests
{
    private static readonly ScalingPolicy CpuAndQueue = new()
    {
        Target = "web",
        Range = new(1, 100),
        Rules = [new ThresholdRule(), new BacklogRule { Metric = "queue", ThroughputPerReplica = 1, DrainTime = TimeSpan.FromSeconds(1) }],
        Behavior = ScalingBehavior.Immediate,
    };

    private static readonly MetricReading Cpu20 = MetricReading.Available(MetricRef.Cpu, 20, Story.Start);
    private static readonly MetricReading Cpu90 = MetricReading.Available(MetricRef.Cpu, 90, Story.Start);

    public static TheoryData<string> Unreadable => ["absent", "missing", "failed", "stale", "old", "NaN", "infinite", "negative"];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void OneMetricUnreadable_OtherWantsFewer_IsHeld(string how)
    {
        var story = new Story(CpuAndQueue, 10);
        var decision = story.Sees(0, [Cpu20, .. Queue(how)]);
        decision.AssertHeld(ScalingGuard.MissingMetrics, 7, 10, until: null);
        Assert.Null(decision.Recommended);
        Assert.Equal([RecommendationKind.Replicas, RecommendationKind.Unavailable], decision.Recommendations.Select(r => r.Kind));
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void OneMetricUnreadable_OtherWantsMore_GetsIt(string how)
    {
        var decision = new Story(CpuAndQueue, 10).Sees(0, [Cpu90, .. Queue(how)]);
        decision.AssertFree(15);
        Assert.Equal(15, decision.Recommended);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void AllMetricsUnreadable_Stays(string how)
    {
        var policy = CpuAndQueue with { Rules = [CpuAndQueue.Rules[1]] };
        var decision = new Story(policy, 10).Sees(0, [.. Queue(how)]);
        decision.AssertFree(10);
        Assert.Null(decision.Recommended);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void OutOfRange_IsClampedEvenThen(string how)
    {
        var policy = CpuAndQueue with { Rules = [CpuAndQueue.Rules[1]], Range = new(3, 8) };
        new Story(policy, 10).Sees(0, [.. Queue(how)]).AssertHeld(ScalingGuard.OutOfRange, 10, 8, until: null);
        new Story(policy, 1).Sees(0, [.. Queue(how)]).AssertHeld(ScalingGuard.OutOfRange, 1, 3, until: null);
    }

    [Fact]
    public void Unreadable_Combined_NeverRemovesReplicasHoweverCountsCombine()
    {
        foreach (var combine in Enum.GetValues<RuleCombination>())
        {
            ImmutableArray<ScalingRule> rules = [new FixedRule { Replicas = 2 }, CpuAndQueue.Rules[1], new FixedRule { Replicas = 1 }];
            Assert.Equal(10, new Story(CpuAndQueue with { Combine = combine, Rules = rules }, 10).Sees(0).To);
        }
    }

    [Fact]
    public void Outage_NothingIsRecommended_SoNothingIsRememberedOfIt()
    {
        var policy = CpuAndQueue with { Behavior = new() { ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(60) }, FlapGuard = false } };
        var story = new Story(policy, 10);
        story.Sees(0, Cpu20, Queue(0)).AssertHeld(ScalingGuard.Stabilization, 7, 10, until: 60);
        story.Sees(10, Cpu20).AssertHeld(ScalingGuard.MissingMetrics, 7, 10, until: null);
        story.Sees(60, Cpu20, Queue(0)).AssertFree(7);
    }

    [Fact]
    public void RuleWithoutOpinion_IsNoUnreadableMetric()
    {
        var policy = CpuAndQueue with { Rules = [new FixedRule { Replicas = 2 }, new Silent()] };
        new Story(policy, 10).Sees(0).AssertFree(2);
        var silent = new Story(policy with { Rules = [new Silent()] }, 10).Sees(0);
        silent.AssertFree(10);
        Assert.Null(silent.Recommended);
    }

    [Fact]
    public void Agreement_OneRuleDoesNotWantFewer_IsHeld()
    {
        var policy = CpuAndQueue with { Combine = RuleCombination.Min, ScaleDownOnlyIfAllAgree = true };
        new Story(policy, 10).Sees(0, Cpu20, Queue(10)).AssertHeld(ScalingGuard.Agreement, 7, 10, until: null);
        new Story(policy, 10).Sees(0, Cpu20, Queue(11)).AssertHeld(ScalingGuard.Agreement, 7, 10, until: null);
        new Story(policy, 10).Sees(0, Cpu20, Queue(9)).AssertFree(7);
        new Story(policy, 10).Sees(0, Cpu90, Queue(11)).AssertFree(11);
        new Story(policy with { ScaleDownOnlyIfAllAgree = false }, 10).Sees(0, Cpu20, Queue(11)).AssertFree(7);
    }

    [Fact]
    public void Agreement_RuleWithoutCount_HasNoVote()
    {
        // Nor has one that only bounds, though its count is above what there is.
        var ceiling = new ScheduleRule { Start = "* * * * *", End = "0 0 29 2 *", Bound = ScheduleBound.Ceiling, Replicas = 50 };
        var policy = CpuAndQueue with { Rules = [new FixedRule { Replicas = 2 }, new Silent(), ceiling], ScaleDownOnlyIfAllAgree = true };
        new Story(policy, 10).Sees(0).AssertFree(2);
    }

    [Theory]
    [InlineData(RuleCombination.Max, 8)]
    [InlineData(RuleCombination.Min, 2)]
    [InlineData(RuleCombination.Sum, 13)]
    public void Combine_SeveralCounts_IsTheLargestTheSmallestOrTheSum(RuleCombination combine, int expected)
    {
        ImmutableArray<ScalingRule> rules = [new FixedRule { Replicas = 3 }, new FixedRule { Replicas = 8 }, new Silent(), new FixedRule { Replicas = 2 }];
        var decision = new Story(CpuAndQueue with { Combine = combine, Rules = rules }, 10).Sees(0);
        Assert.Equal((expected, expected), (decision.Recommended, decision.To));
    }

    [Fact]
    public void Combine_ASumBeyondAllCounts_Saturates()
    {
        var most = new FixedRule { Replicas = int.MaxValue };
        var policy = CpuAndQueue with { Combine = RuleCombination.Sum, Rules = [most, most, most], Range = new(1, int.MaxValue) };
        new Story(policy, 10).Sees(0).AssertFree(int.MaxValue);
    }

    private static MetricReading Queue(double length) => MetricReading.Available("queue", length, Story.Start);

    private static MetricReading[] Queue(string how) => how switch
    {
        "absent" => [],
        "missing" => [MetricReading.Missing("queue", "the source returned no such metric")],
        "failed" => [MetricReading.Failed("queue", "Prometheus answered 503")],
        "stale" => [Queue(0).AsStale("it is 7 minutes old")],
        "old" => [MetricReading.Available("queue", 0, Story.At(-301))],
        "NaN" => [Queue(double.NaN)],
        "infinite" => [Queue(double.PositiveInfinity)],
        _ => [Queue(-1)],
    };

    private sealed record Silent : ScalingRule
    {
        public override string Name { get; init; } = "silent";

        public override Recommendation Recommend(in RuleContext context) => Recommendation.None("it has no opinion");
    }
}
