using CsCheck;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

public sealed class BacklogRuleTests
{
    private static readonly MetricRef Queue = "queue";
    private static readonly MetricRef Arrivals = "arrivals";

    // One replica finishes 5 items per second, so 300 within the minute.
    private static readonly BacklogRule Rule = new() { Metric = Queue, ThroughputPerReplica = 5 };
    private static readonly BacklogRule WithArrivals = Rule with { ArrivalMetric = Arrivals };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.001, 1)]
    [InlineData(300, 1)]
    [InlineData(301, 2)]
    [InlineData(3000, 10)]
    [InlineData(1e300, int.MaxValue)]
    public void Recommend_Backlog_IsWhatDrainsItInTime(double backlog, int expected)
    {
        var said = Rule.Ask(3, Queue.Reading(backlog));
        Assert.Equal((RecommendationKind.Replicas, RecommendationReason.Backlog, expected), (said.Kind, said.Reason, said.Replicas));
        Assert.Equal((Queue, backlog), (said.Metric, said.Value));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 5, 1)]
    [InlineData(0, 5.1, 2)]
    [InlineData(300, 5, 2)]
    [InlineData(600, 10, 4)]
    [InlineData(600, 10.5, 5)]
    public void Recommend_Arrivals_AreServedWhileItDrains(double backlog, double arrivals, int expected) =>
        Assert.Equal(expected, WithArrivals.Ask(3, Queue.Reading(backlog), Arrivals.Reading(arrivals)).Replicas);

    // In doubles the first is 3.0000000000000004.
    [Theory]
    [InlineData(6, 0.2, 0.1, 3)]
    [InlineData(6, 0.2000001, 0.1, 4)]
    [InlineData(0.0000001, 0, 0.1, 1)]
    [InlineData(18, 0, 0.1, 3)]
    public void Recommend_QuotientThatIsWholeButForBinaryDust_IsThatCount(double backlog, double arrivals, double throughput, int expected) =>
        Assert.Equal(expected, (WithArrivals with { ThroughputPerReplica = throughput }).Ask(1, Queue.Reading(backlog), Arrivals.Reading(arrivals)).Replicas);

    [Fact]
    public void Recommend_AnyReadings_IsTheLeastCountThatDrainsInTime() =>
        Gen.Select(Gen.Double[0, 1e6], Gen.Double[0, 1e3], Gen.Double[0.01, 1e3], Gen.Int[1, 3600]).Sample((backlog, arrivals, throughput, seconds) =>
        {
            var rule = WithArrivals with { ThroughputPerReplica = throughput, DrainTime = TimeSpan.FromSeconds(seconds) };
            var replicas = rule.Ask(3, Queue.Reading(backlog), Arrivals.Reading(arrivals)).Replicas;
            var needed = (backlog + (arrivals * seconds)) / seconds / throughput;
            Assert.InRange(needed, replicas - 1 - 1e-6, replicas + 1e-6);
        });

    [Fact]
    public void Recommend_AtTheEdgesItNames_AsksForTheCurrentCountAndBeyondThemForAnother()
    {
        var said = WithArrivals.Ask(4, Queue.Reading(700), Arrivals.Reading(5));
        Assert.Equal((900.0, 600.0), (said.ScaleUpAbove, said.ScaleDownBelow));
        int At(double backlog) => WithArrivals.Ask(4, Queue.Reading(backlog), Arrivals.Reading(5)).Replicas;
        Assert.Equal((3, 4, 4, 5), (At(600), At(600.1), At(900), At(900.1)));
    }

    [Fact]
    public void Recommend_ArrivalsBeyondAllReplicas_NamesNoNegativeEdge()
    {
        var said = WithArrivals.Ask(1, Queue.Reading(0), Arrivals.Reading(100));
        Assert.Equal((0.0, 0.0, 20), (said.ScaleUpAbove, said.ScaleDownBelow, said.Replicas));
    }

    [Theory]
    [InlineData(1200, RecommendationKind.Unavailable, 0)]
    [InlineData(900, RecommendationKind.Unavailable, 0)]
    [InlineData(0, RecommendationKind.Unavailable, 0)]
    [InlineData(1201, RecommendationKind.Replicas, 5)]
    [InlineData(3000, RecommendationKind.Replicas, 10)]
    public void Recommend_ArrivalsUnreadable_MayAskForMoreButNeverForFewer(double backlog, RecommendationKind kind, int replicas)
    {
        var said = WithArrivals.Ask(4, Queue.Reading(backlog), MetricReading.Failed(Arrivals, "the source is down"));
        Assert.Equal((kind, replicas), (said.Kind, said.Replicas));
        if (kind == RecommendationKind.Unavailable) Assert.Equal((Arrivals, "the source is down"), (said.Metric, said.Detail));
    }

    [Theory]
    [InlineData(double.NaN, RecommendationReason.MetricMissing)]
    [InlineData(double.NegativeInfinity, RecommendationReason.MetricMissing)]
    [InlineData(-1, RecommendationReason.MetricNegative)]
    public void Recommend_BacklogUnreadable_CannotSayWhateverArrives(double backlog, RecommendationReason reason)
    {
        var said = WithArrivals.Ask(4, Queue.Reading(backlog), Arrivals.Reading(1000));
        Assert.Equal((RecommendationKind.Unavailable, reason, Queue), (said.Kind, said.Reason, said.Metric));
    }

    [Fact]
    public void Project_FewerReplicas_StillNeedsWhatTheBacklogNeeds() =>
        Assert.Equal(10, Rule.Suppose(1, ReplicaStatus.AllReady(3), Queue.Reading(3000)));

    [Fact]
    public void Metrics_WithAndWithoutArrivals_AreWhatItReads()
    {
        Assert.Equal<MetricRef>([Queue], Rule.Metrics);
        Assert.Equal<MetricRef>([Queue, Arrivals], WithArrivals.Metrics);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.001, "-0.001")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void ThroughputPerReplica_NotPositive_NamesTheRuleAndTheValue(double value, string text) =>
        AssertInvalid($"ThroughputPerReplica must be more than 0, but is {text}.", () => Rule with { ThroughputPerReplica = value });

    [Fact]
    public void DrainTime_NotPositive_NamesTheRuleAndTheValue()
    {
        AssertInvalid("DrainTime must be more than 0, but is 0s.", () => Rule with { DrainTime = TimeSpan.Zero });
        AssertInvalid("DrainTime must be more than 0, but is -1m 30s.", () => Rule with { DrainTime = TimeSpan.FromSeconds(-90) });
        AssertInvalid("DrainTime must be more than 0, but is -10675199d 2h 48m 5.4775807s.", () => Rule with { DrainTime = TimeSpan.MinValue });
    }
}
