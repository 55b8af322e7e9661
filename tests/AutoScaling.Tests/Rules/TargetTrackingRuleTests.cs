using CsCheck;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

/// <summary>Target tracking by one reading of the whole target; by readings of single replicas it is checked against the HPA's answers.</summary>
public sealed class TargetTrackingRuleTests
{
    private static readonly TargetTrackingRule Rule = new() { Metric = MetricRef.Cpu, Target = 50 };

    [Theory]
    [InlineData(10, 50, 10)]
    [InlineData(10, 0, 0)]
    [InlineData(10, 45, 10)]
    [InlineData(10, 44.999, 9)]
    [InlineData(10, 44, 9)]
    [InlineData(10, 55, 10)]
    [InlineData(10, 55.001, 12)]
    [InlineData(10, 100, 20)]
    [InlineData(25, 110, 56)] // 2.2 * 25 is 55.00000000000001 in doubles: the HPA asks for 56, and so does this
    [InlineData(1, 55.1, 2)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 33.4, 3)]
    [InlineData(3, 33.3, 2)]
    [InlineData(10, 1e300, int.MaxValue)]
    public void Recommend_AllReady_IsTheRatioTimesTheReplicas(int ready, double value, int expected)
    {
        var said = Rule.Ask(ready, MetricRef.Cpu.Reading(value));
        Assert.Equal((RecommendationKind.Replicas, expected), (said.Kind, said.Replicas));
        Assert.Equal((MetricRef.Cpu, value, 50.0, 55.0, 45.0), (said.Metric, said.Value, said.Target, Math.Round(said.ScaleUpAbove!.Value, 9), said.ScaleDownBelow));
        Assert.Equal(
            value > 55 ? RecommendationReason.AboveTarget : value < 45 ? RecommendationReason.BelowTarget : RecommendationReason.OnTarget, said.Reason);
    }

    [Theory]
    [InlineData(0, 0, 50.001, 11)]
    [InlineData(0, 0, 49.999, 10)]
    [InlineData(0, 0, 45, 9)]
    [InlineData(0.5, 0, 75, 10)]
    [InlineData(0.5, 0, 75.001, 16)]
    [InlineData(0.5, 0, 49, 10)]
    [InlineData(0, 0.5, 25, 10)]
    [InlineData(0, 0.5, 24.999, 5)]
    [InlineData(0, 2, 0, 10)]
    public void Recommend_ToleranceOfEachDirection_HoldsUpToItsEdgeInclusive(double up, double down, double value, int expected)
    {
        var behavior = new ScalingBehavior { ScaleUp = new() { Tolerance = up }, ScaleDown = new() { Tolerance = down } };
        var observation = new ScalingObservation { Replicas = ReplicaStatus.AllReady(10), Metrics = ServiceMetrics.Of(Now, value) };
        Assert.Equal(expected, Rule.Ask(observation, new() { Target = "web", Behavior = behavior }).Replicas);
    }

    // 10 desired. The reading stands for the ready replicas; the others count as idle on the way up and not at all on the way down.
    [Theory]
    [InlineData(6, 4, 0, 100, 12, RecommendationReason.AboveTarget)] // 2.0 diluted to 1.2: ceil(2.0 * 6)
    [InlineData(6, 0, 4, 100, 12, RecommendationReason.AboveTarget)]
    [InlineData(6, 2, 2, 100, 12, RecommendationReason.AboveTarget)]
    [InlineData(6, 4, 0, 91.6, 10, RecommendationReason.Undecided)] // 1.832 diluted to 1.0992: near enough
    [InlineData(6, 4, 0, 91.7, 12, RecommendationReason.AboveTarget)] // 1.834 diluted to 1.1004
    [InlineData(6, 4, 0, 60, 10, RecommendationReason.Undecided)] // 1.2 diluted to 0.72: the idle ones turn it around
    [InlineData(5, 5, 0, 200, 20, RecommendationReason.AboveTarget)]
    [InlineData(6, 4, 0, 50, 10, RecommendationReason.OnTarget)]
    [InlineData(6, 4, 0, 25, 3, RecommendationReason.BelowTarget)]
    [InlineData(4, 0, 0, 100, 10, RecommendationReason.Undecided)] // 8 would be fewer than there should be, though there is more load
    [InlineData(15, 0, 0, 40, 10, RecommendationReason.Undecided)] // 12 would be more, though there is less load
    [InlineData(15, 0, 0, 30, 9, RecommendationReason.BelowTarget)]
    [InlineData(15, 0, 0, 100, 30, RecommendationReason.AboveTarget)]
    public void Recommend_SomeNotReady_NeverGoesAgainstTheRatio(int ready, int starting, int unready, double value, int expected, RecommendationReason reason)
    {
        var replicas = new ReplicaStatus { Desired = 10, Ready = ready, Starting = starting, Unready = unready, Terminating = 3 };
        var said = Rule.Ask(replicas, MetricRef.Cpu.Reading(value));
        Assert.Equal((RecommendationKind.Replicas, expected, reason), (said.Kind, said.Replicas, said.Reason));
    }

    // One total against the target, times the ready replicas.
    [Theory]
    [InlineData(0, 0, 4500, 5)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(10, 10, 1100, 10)]
    [InlineData(10, 10, 1101, 12)]
    [InlineData(10, 10, 500, 5)]
    [InlineData(10, 4, 500, 2)]
    public void Recommend_TotalValue_IsTheRatioTimesTheReadyReplicas(int desired, int ready, double value, int expected)
    {
        var rule = Rule with { Kind = TargetKind.TotalValue, Target = 1000 };
        Assert.Equal(expected, rule.Ask(new ReplicaStatus { Desired = desired, Ready = ready, Starting = desired - ready }, MetricRef.Cpu.Reading(value)).Replicas);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 250, 3)]
    [InlineData(10, 1000, 10)]
    [InlineData(10, 1100, 10)]
    [InlineData(10, 1101, 12)]
    [InlineData(10, 899, 9)]
    [InlineData(10, 1, 1)]
    public void Recommend_TotalPerReplica_IsTheTotalOverTheTarget(int existing, double total, int expected)
    {
        var rule = Rule with { Kind = TargetKind.TotalPerReplica, Target = 100 };
        Assert.Equal(expected, rule.Ask(existing, MetricRef.Cpu.Reading(total)).Replicas);
    }

    [Fact]
    public void Recommend_TotalPerReplica_ReportsTheShareOfOne()
    {
        Recommendation At(double target, double total, int existing) => (Rule with { Kind = TargetKind.TotalPerReplica, Target = target }).Ask(existing, MetricRef.Cpu.Reading(total));
        Assert.Equal(33.334, At(100, 100, 3).Value); // whole thousandths, rounded up as the HPA does
        Assert.Equal(0.0006, At(0.0003, 0.006, 10).Value!.Value, 12);
        Assert.Equal(0, At(100, 250, 0).Value);
    }

    [Theory]
    [InlineData(10, 10, 24, 5, 5)] // 240 over 5 is 48
    [InlineData(10, 10, 24, 4, 5)] // over 4 it is 60
    [InlineData(10, 10, 24, 3, 5)] // over 3 it is 80
    [InlineData(10, 5, 24, 2, 3)] // the reading stands for 5 replicas only: 120 over 2 is 60
    [InlineData(5, 10, 24, 5, 5)] // and here for 10: 240 over 5 is 48
    [InlineData(10, 10, 24, 6, 5)] // 240 over 6 is 40: one is too many
    [InlineData(10, 10, 24, 10, 5)]
    public void Project_OtherCounts_IsWhatTheSameLoadAsksFor(int desired, int ready, double value, int replicas, int expected) =>
        Assert.Equal(expected, Rule.Suppose(replicas, new ReplicaStatus { Desired = desired, Ready = ready }, MetricRef.Cpu.Reading(value)));

    [Fact]
    public void Project_TotalPerReplica_SharesTheTotalWhoeverIsReady()
    {
        var rule = Rule with { Kind = TargetKind.TotalPerReplica, Target = 100 };
        var replicas = new ReplicaStatus { Desired = 10, Ready = 2, Starting = 8 };
        Assert.Equal((5, 5), (rule.Suppose(3, replicas, MetricRef.Cpu.Reading(500)), rule.Suppose(5, replicas, MetricRef.Cpu.Reading(500))));
    }

    [Fact]
    public void Project_CountsNearTheTarget_ChangesNothing()
    {
        // 10 replicas at 24: 240 over 5 is 48, over 4.8 would be 50; with 5.3 or more the tolerance ends.
        Assert.Equal(5, Rule.Suppose(5, ReplicaStatus.AllReady(10), MetricRef.Cpu.Reading(24)));
        Assert.Equal(20, Rule.Suppose(20, ReplicaStatus.AllReady(10), MetricRef.Cpu.Reading(95)));
    }

    [Fact]
    public void Recommend_MoreLoad_NeverAsksForFewer() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 10], Gen.Int[1, 40], Gen.Double[0, 400], Gen.Double[0, 400], Gen.Enum<TargetKind>()).Sample((ready, starting, desired, a, b, kind) =>
        {
            var rule = Rule with { Kind = kind };
            var replicas = new ReplicaStatus { Desired = desired, Ready = ready, Starting = starting, Existing = kind is TargetKind.TotalPerReplica ? desired : ready + starting };

            // A total that multiplies the ready replicas has no guard of its own against readiness: there it is monotonic only when all are ready.
            if (kind == TargetKind.TotalValue) replicas = ReplicaStatus.AllReady(desired);
            int At(double value) => rule.Ask(replicas, MetricRef.Cpu.Reading(value)).Replicas;
            Assert.True(At(Math.Min(a, b)) <= At(Math.Max(a, b)), $"{At(Math.Min(a, b))} then {At(Math.Max(a, b))}");
        });

    [Fact]
    public void Name_NotSet_IsTheMetricsName()
    {
        Assert.Equal("cpu", Rule.Name);
        Assert.Equal("own", (Rule with { Name = "own" }).Name);
        Assert.Equal<MetricRef>([MetricRef.Cpu], Rule.Metrics);
    }

    [Fact]
    public void Settings_BreakingTheirRule_NameTheRuleAndTheValue()
    {
        AssertInvalid("Target must be more than 0, but is 0.", () => Rule with { Target = 0 });
        AssertInvalid("Target must be more than 0, but is -5.", () => Rule with { Target = -5 });
        AssertInvalid("Target must be more than 0, but is NaN.", () => Rule with { Target = double.NaN });
        AssertInvalid("Target must be more than 0, but is Infinity.", () => Rule with { Target = double.PositiveInfinity });
        AssertInvalid("InitializationPeriod must be at least 0, but is -1s.", () => Rule with { InitializationPeriod = TimeSpan.FromSeconds(-1) });
        AssertInvalid("InitialReadinessDelay must be at least 0, but is -1s.", () => Rule with { InitialReadinessDelay = TimeSpan.FromSeconds(-1) });
    }

    [Fact]
    public void Recommend_OnlyReplicasHaveValues_IsEnoughForTheirAverageAndForNothingElse()
    {
        var replicas = ReplicaStatus.AllReady(2) with { Members = [Ready("r0"), Ready("r1")] };
        var reading = MetricReading.OfReplicasOnly(MetricRef.Memory, "they requested none", Now, [new("r0", 300, at: Now), new("r1", 500, at: Now)]);

        var average = new TargetTrackingRule { Metric = MetricRef.Memory, Kind = TargetKind.AverageValue, Target = 200 };
        Assert.Equal((RecommendationKind.Replicas, 4, 400.0), (average.Ask(replicas, reading).Kind, average.Ask(replicas, reading).Replicas, average.Ask(replicas, reading).Value));
        foreach (var rule in new ScalingRule[]
        {
            new TargetTrackingRule { Metric = MetricRef.Memory, Target = 50 },
            new TargetTrackingRule { Metric = MetricRef.Memory, Kind = TargetKind.TotalValue, Target = 50 },
            new ThresholdRule { CpuMetric = MetricRef.Memory },
        })
        {
            var said = rule.Ask(replicas, reading);
            Assert.Equal((RecommendationKind.Unavailable, RecommendationReason.MetricMissing, "they requested none"), (said.Kind, said.Reason, said.Detail));
        }

        var old = MetricReading.OfReplicasOnly(MetricRef.Memory, "they requested none", Now.AddHours(-1), reading.Replicas);
        Assert.Equal(RecommendationKind.Unavailable, average.Ask(replicas, old).Kind);
    }

    [Theory]
    [InlineData("cpu", 3)]
    [InlineData("cpu/app", 3)]
    [InlineData("cpus", 4)]
    [InlineData("memory/app", 4)]
    public void Recommend_CpuOfAContainer_LeavesStartingReplicasOutAsThatOfThePod(string metric, int expected)
    {
        var replicas = ReplicaStatus.AllReady(2) with { Members = [Ready("r0"), Ready("r1") with { Readiness = ReplicaReadiness.NotReady, StartedAt = Now.AddMinutes(-1) }] };
        var reading = MetricReading.Available(metric, 200, Now, [new("r0", 3, 1, Now), new("r1", 1, 1, Now)]);
        Assert.Equal(expected, new TargetTrackingRule { Metric = metric, Target = 100 }.Ask(replicas, reading).Replicas);
    }

    private static Replica Ready(string name) => new()
    {
        Name = name,
        Phase = ReplicaPhase.Running,
        Readiness = ReplicaReadiness.Ready,
        StartedAt = Now.AddHours(-1),
        ReadinessChangedAt = Now.AddHours(-1),
    };
}
