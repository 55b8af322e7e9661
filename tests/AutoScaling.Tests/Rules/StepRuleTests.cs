using System.Collections.Immutable;
using CsCheck;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

public sealed class StepRuleTests
{
    private static readonly MetricRef Latency = "latency";

    // Below 0.1: to 1. From 0.1 to 0.5: nothing. From 0.5: +2. From 1: +50 %. From 5 nothing again.
    private static readonly StepRule Rule = new()
    {
        Metric = Latency,
        Steps =
        [
            new() { From = 1, Below = 5, Adjustment = StepAdjustment.PercentChange, Amount = 50 },
            new() { Below = 0.1, Adjustment = StepAdjustment.To, Amount = 1 },
            new() { From = 0.5, Below = 1, Amount = 2 },
        ],
    };

    [Theory]
    [InlineData(-7, 1)]
    [InlineData(0, 1)]
    [InlineData(0.0999999, 1)]
    [InlineData(0.1, 10)]
    [InlineData(0.4999999, 10)]
    [InlineData(0.5, 12)]
    [InlineData(0.9999999, 12)]
    [InlineData(1, 15)]
    [InlineData(4.9999999, 15)]
    [InlineData(5, 10)]
    [InlineData(1e300, 10)]
    public void Recommend_MetricAnywhere_IsTheStepThatHoldsItsLowerEdge(double value, int expected)
    {
        var said = Rule.Ask(10, Latency.Reading(value));
        Assert.Equal((RecommendationKind.Replicas, expected), (said.Kind, said.Replicas));
        Assert.Equal(value is (>= 0.1 and < 0.5) or >= 5 ? RecommendationReason.NoStep : RecommendationReason.Step, said.Reason);
        Assert.Equal((Latency, value), (said.Metric, said.Value));
    }

    [Theory]
    [InlineData(0.05, null, 0.1)]
    [InlineData(0.1, 0.1, 0.5)]
    [InlineData(0.3, 0.1, 0.5)]
    [InlineData(0.7, 0.5, 1.0)]
    [InlineData(2, 1.0, 5.0)]
    [InlineData(7, 5.0, null)]
    public void Recommend_MetricAnywhere_SaysWhereTheAnswerChanges(double value, double? below, double? above)
    {
        var said = Rule.Ask(10, Latency.Reading(value));
        Assert.Equal((below, above), (said.ScaleDownBelow, said.ScaleUpAbove));
    }

    // The examples of Amazon's guide: between 0 and 1 is 1, beyond that fractions are dropped, in either direction.
    [Theory]
    [InlineData(10, 10, 11)]
    [InlineData(10, 25, 12)]
    [InlineData(10, 1, 11)]
    [InlineData(10, -1, 9)]
    [InlineData(10, -25, 8)]
    [InlineData(3, 50, 4)]
    [InlineData(3, -50, 2)]
    [InlineData(3, -33, 2)]
    [InlineData(10, -67, 4)]
    [InlineData(10, 0, 10)]
    [InlineData(0, 50, 0)]
    [InlineData(10, -100, 0)]
    [InlineData(10, -300, -20)]
    [InlineData(100, 29, 129)]
    [InlineData(100, -29, 71)]
    [InlineData(100, 57, 157)]
    public void Recommend_PercentChange_RoundsLikeAmazonsStepScaling(int current, int percent, int expected) =>
        Assert.Equal(expected, Always(StepAdjustment.PercentChange, percent).Ask(current, Latency.Reading(1)).Replicas);

    [Fact]
    public void Recommend_PercentThatIsAWholeCount_IsThatCount() =>
        Gen.Select(Gen.Int[1, 500].Select(x => x * 20), Gen.Int[-20, 80].Select(x => x * 5)).Sample((current, percent) =>
            Assert.Equal(current + (current * percent / 100), Always(StepAdjustment.PercentChange, percent).Ask(current, Latency.Reading(1)).Replicas));

    [Theory]
    [InlineData(StepAdjustment.Change, 10, -3, 7)]
    [InlineData(StepAdjustment.Change, 10, 3, 13)]
    [InlineData(StepAdjustment.Change, int.MaxValue, 3, int.MaxValue)]
    [InlineData(StepAdjustment.Change, 0, int.MinValue, int.MinValue)]
    [InlineData(StepAdjustment.PercentChange, int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(StepAdjustment.To, 10, 0, 0)]
    [InlineData(StepAdjustment.To, 10, 25, 25)]
    public void Recommend_AnyAdjustment_AddsOrSetsAndSaturates(StepAdjustment adjustment, int current, int amount, int expected) =>
        Assert.Equal(expected, Always(adjustment, amount).Ask(current, Latency.Reading(1)).Replicas);

    [Fact]
    public void Recommend_UnreadableMetric_CannotSay()
    {
        var said = Rule.Ask(10, MetricReading.Failed(Latency, "Prometheus answered 503"));
        Assert.Equal((RecommendationKind.Unavailable, RecommendationReason.MetricFailed, "Prometheus answered 503"), (said.Kind, said.Reason, said.Detail));
    }

    [Theory]
    [InlineData(false, 10, 0.4, 4, 6)]
    [InlineData(false, 10, 0.4, 8, 10)]
    [InlineData(false, 10, 0.4, 9, 9)]
    [InlineData(true, 10, 0.4, 4, 4)]
    [InlineData(true, 10, 0.7, 4, 6)]
    public void Project_FewerReplicas_SeesAnAverageRiseAndATotalStay(bool isTotal, int current, double value, int replicas, int expected)
    {
        // At 4 replicas 0.4 becomes 1.0 (+50 %), at 8 it becomes 0.5 (+2), at 9 it stays below.
        Assert.Equal(expected, (Rule with { IsTotal = isTotal }).Suppose(replicas, ReplicaStatus.AllReady(current), Latency.Reading(value)));
    }

    [Fact]
    public void Project_JustOnAnEdge_TakesTheSideThatAsksForMore()
    {
        // 47 in all: over 47 replicas it is 1, whatever 47 / 13.0 * (13.0 / 47) makes of it, and that asks for half as much again.
        // And where a low value asks for more, just below 1 counts.
        var inverse = new StepRule { Metric = Latency, Steps = [new() { Below = 1, Amount = 2 }] };
        for (var current = 48; current < 200; current++)
        {
            Assert.Equal(70, Rule.Suppose(47, ReplicaStatus.AllReady(current), Latency.Reading(47.0 / current)));
            Assert.Equal(49, inverse.Suppose(47, ReplicaStatus.AllReady(current), Latency.Reading(47.0 / current)));
        }
    }

    [Fact]
    public void Project_MoreReadyThanDesired_SharesTheLoadOfAllThatCarryIt()
    {
        // A scale-down from 10 to 5 is under way: 0.301 is still the average over 10, and would be 1.003 over 3.
        var replicas = new ReplicaStatus { Desired = 5, Ready = 10 };
        Assert.Equal((4, 6), (Rule.Suppose(3, replicas, Latency.Reading(0.301)), Rule.Suppose(6, replicas, Latency.Reading(0.299))));
    }

    [Fact]
    public void Steps_Touching_AreNoOverlap()
    {
        var rule = new StepRule { Metric = Latency, Steps = [new() { From = 1, Amount = 1 }, new() { Below = 1, Amount = -1 }] };
        Assert.Equal((9, 11), (rule.Ask(10, Latency.Reading(0.99)).Replicas, rule.Ask(10, Latency.Reading(1)).Replicas));
    }

    [Theory]
    [InlineData(0.0, 2.0, 1.5, 3.0, "Steps must not overlap: From must be at least 2, but is 1.5.")]
    [InlineData(0.0, 0.002, 0.0015, null, "Steps must not overlap: From must be at least 0.002, but is 0.0015.")]
    [InlineData(null, null, 1.5, 3.0, "Steps must not overlap: From must be at least Infinity, but is 1.5.")]
    [InlineData(null, 2.0, null, 1.0, "Steps must not overlap: From must be at least 2, but is -Infinity.")]
    [InlineData(0.0, 1.0, 3.0, 3.0, "Steps Below must be more than From (3), but is 3.")]
    [InlineData(0.0, 1.0, 3.0, 2.0, "Steps Below must be more than From (3), but is 2.")]
    [InlineData(0.0, 1.0, double.NaN, 2.0, "Steps Below must be more than From (NaN), but is 2.")]
    [InlineData(0.0, 1.0, 1.0, double.NaN, "Steps Below must be more than From (1), but is NaN.")]
    public void Steps_EdgesThatContradict_NameTheRuleAndTheValue(double? from1, double? below1, double? from2, double? below2, string sentence) =>
        AssertInvalid(sentence, () => new StepRule
        {
            Metric = Latency,
            Steps = [new() { From = from1, Below = below1, Amount = 1 }, new() { From = from2, Below = below2, Amount = 2 }],
        });

    [Fact]
    public void Steps_NoneOrNegativeCount_NameTheRuleAndTheValue()
    {
        AssertInvalid("Steps must hold at least 1 step, but is empty.", () => new StepRule { Metric = Latency, Steps = [] });
        AssertInvalid("Steps must hold at least 1 step, but is empty.", () => new StepRule { Metric = Latency, Steps = default });
        AssertInvalid("Steps To must be at least 0, but is -1.", () => Always(StepAdjustment.To, -1));
    }

    [Fact]
    public void Metrics_AnyStepRule_IsItsMetric() => Assert.Equal<MetricRef>([Latency], Rule.Metrics);

    private static StepRule Always(StepAdjustment adjustment, int amount) =>
        new() { Metric = Latency, Steps = ImmutableArray.Create(new ScalingStep { Adjustment = adjustment, Amount = amount }) };

    [Theory]
    [InlineData(false, 4, 8, RecommendationReason.Step, 4)]
    [InlineData(false, 3, 8, RecommendationReason.Undecided, 8)]
    [InlineData(true, 3, 8, RecommendationReason.Step, 4)] // A total is no average over those that are measured.
    public void Recommend_AReplicaThatServesUnmeasured_IsNoReasonToRemoveAny(bool total, int measured, int current, RecommendationReason reason, int expected)
    {
        var rule = new StepRule { Metric = "load", IsTotal = total, Steps = [new() { Below = 20, Adjustment = StepAdjustment.PercentChange, Amount = -50 }] };
        var status = new ReplicaStatus
        {
            Desired = current,
            Members = [.. Enumerable.Range(0, 4).Select(i => new Replica { Name = $"r{i}", Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.Ready })],
        };

        var said = rule.Ask(status, new MetricRef("load").Reading(10, measured, 10));

        Assert.Equal((reason, expected), (said.Reason, said.Replicas));
    }
}
