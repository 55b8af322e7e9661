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

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(int.MinValue)]
    public void Recommend_NoneReady_CannotSay(int ready)
    {
        foreach (var value in new[] { 0.0, 25, 50, 1000 })
        {
            var said = Rule.Ask(new ReplicaStatus { Desired = 10, Ready = ready, Starting = 10 }, MetricRef.Cpu.Reading(value));
            Assert.Equal((RecommendationKind.Unavailable, RecommendationReason.NoReplicas), (said.Kind, said.Reason));
        }
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

    [Fact]
    public void Recommend_TotalValueAndNegativeCounts_TakesReadyAsNoLessThanNone() => Assert.Equal(
        0, (Rule with { Kind = TargetKind.TotalValue }).Ask(new ReplicaStatus { Desired = 10, Ready = -3, Starting = 10 }, MetricRef.Cpu.Reading(500)).Replicas);

    [Fact]
    public void Recommend_TotalPerReplicaAndAbsurdCounts_TakesExistingAsNoLessThanNone()
    {
        var rule = Rule with { Kind = TargetKind.TotalPerReplica, Target = 100 };
        Assert.Equal(3, rule.Ask(new ReplicaStatus { Desired = 3, Ready = int.MaxValue, Starting = int.MaxValue }, MetricRef.Cpu.Reading(300)).Replicas);
        Assert.Equal(3, rule.Ask(new ReplicaStatus { Desired = 3, Ready = -3 }, MetricRef.Cpu.Reading(300)).Replicas);
    }

    // The reading is 1.5 times the target of a kind; 2 replicas become 3, wherever the target lies.
    [Theory]
    [InlineData(5e-324)]
    [InlineData(1e-300)]
    [InlineData(1e-10)]
    [InlineData(1.4e-9)]
    [InlineData(1e-6)]
    [InlineData(0.0003)]
    [InlineData(0.001)]
    [InlineData(0.0123456)]
    [InlineData(0.7)]
    [InlineData(1e15)]
    [InlineData(1e17)]
    [InlineData(1e250)]
    public void Recommend_TinyAndHugeTargets_FollowTheRatioAll(double target)
    {
        foreach (var kind in Enum.GetValues<TargetKind>())
        {
            var rule = new TargetTrackingRule { Metric = "m", Kind = kind, Target = target };
            int At(double ratio) => rule.Ask(2, rule.Metric.Reading(target * ratio * (kind == TargetKind.TotalPerReplica ? 2 : 1))).Replicas;
            Assert.Equal((0, 2, 4, 6), (At(0), At(1), At(2), At(3)));
            if (target > 1e-320) Assert.Equal((1, 3), (At(0.5), At(1.5)));
        }
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(0.0003)]
    [InlineData(1e17)]
    public void Recommend_TinyAndHugeTargetsByReplica_FollowTheRatioToo(double target)
    {
        var rule = new TargetTrackingRule { Metric = "m", Kind = TargetKind.AverageValue, Target = target };
        int At(double ratio) => rule.Ask(Members(2), rule.Metric.Reading(0, 2, target * ratio)).Replicas;
        Assert.Equal((0, 1, 2, 3, 4), (At(0), At(0.5), At(1), At(1.5), At(2)));
        Assert.Equal(target * 1.5, rule.Ask(Members(2), rule.Metric.Reading(0, 2, target * 1.5)).Value!.Value, target * 1e-6);
    }

    [Fact]
    public void Recommend_ReadingFinerThanThousandths_IsNotRounded()
    {
        // 1.4 ms against 1 ms: rounded to whole thousandths that would be on target.
        var rule = new TargetTrackingRule { Metric = "latency", Kind = TargetKind.AverageValue, Target = 0.001 };
        Assert.Equal((14, 10, 5), (At(0.0014), At(0.00104), At(0.0004999)));
        int At(double value) => rule.Ask(10, rule.Metric.Reading(value)).Replicas;
    }

    [Fact]
    public void Recommend_GarbageByReplica_IsNeverDividedByZeroOrTakenForLittleUse()
    {
        var utilization = Rule with { SkipUnready = false };
        var average = utilization with { Kind = TargetKind.AverageValue };

        // A negative request is no request, and so no utilization.
        var negative = MetricReading.Available(
            MetricRef.Cpu, 0, Now, [new("r0", 1, 1), new("r1", null, -1)]);
        Assert.Equal(RecommendationReason.MissingRequest, utilization.Ask(Members(2), negative).Reason);

        // A negative use is no reading: the other replica alone says 20 %, and the missing one could be in full use.
        var use = MetricReading.Available(MetricRef.Cpu, 0, Now, [new("r0", 0.2, 1), new("r1", -5, 1)]);
        Assert.Equal((RecommendationReason.Undecided, 2, 20.0), (utilization.Ask(Members(2), use).Reason, utilization.Ask(Members(2), use).Replicas, utilization.Ask(Members(2), use).Value));

        // The same replica, listed twice and gone, is dropped as often as it is listed.
        var twice = Members(1, gone: true) with { Members = [.. Members(1, gone: true).Members, .. Members(1, gone: true).Members] };
        Assert.Equal(RecommendationReason.NoReadyReplicas, average.Ask(twice, MetricRef.Cpu.Reading(0, 1, 5)).Reason);

        // Windows and starts at the ends of time.
        var odd = MetricReading.Available(
            MetricRef.Cpu, 0, Now, [new("r0", 1, 1, Now, TimeSpan.MaxValue), new("r1", 1, 1, DateTimeOffset.MaxValue, TimeSpan.MinValue)]);
        foreach (var started in new[] { DateTimeOffset.MinValue, Now, DateTimeOffset.MaxValue })
        {
            var replicas = Members(2, started: started);
            Assert.NotEqual(RecommendationReason.BelowTarget, (Rule with { InitializationPeriod = TimeSpan.MaxValue, InitialReadinessDelay = TimeSpan.MaxValue }).Ask(replicas, odd).Reason);
        }
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
    public void Existing_AbsurdCounts_StaysACount()
    {
        Assert.Equal(int.MaxValue, new ReplicaStatus { Desired = 3, Ready = int.MaxValue, Starting = int.MaxValue, Unready = 2 }.Existing);
        Assert.Equal(0, new ReplicaStatus { Desired = 3, Ready = -3 }.Existing);
        Assert.Equal((6, 9), (new ReplicaStatus { Desired = 3, Ready = 1, Starting = 2, Unready = 3 }.Existing, new ReplicaStatus { Desired = 3, Ready = 1, Existing = 9 }.Existing));
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

    private static ReplicaStatus Members(int count, bool gone = false, DateTimeOffset? started = null) => ReplicaStatus.AllReady(count) with
    {
        Members =
        [
            .. Enumerable.Range(0, count).Select(i => new Replica
            {
                Name = $"r{i}",
                Phase = ReplicaPhase.Running,
                Readiness = ReplicaReadiness.Ready,
                IsTerminating = gone,
                StartedAt = started ?? Now.AddHours(-1),
                ReadinessChangedAt = DateTimeOffset.MaxValue,
            }),
        ],
    };
}
