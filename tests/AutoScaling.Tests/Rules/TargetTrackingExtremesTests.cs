using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

/// <summary>Target tracking of what is tiny, huge, or no sensible answer of a source or scaler at all.</summary>
public sealed class TargetTrackingExtremesTests
{
    private static readonly TargetTrackingRule Rule = new() { Metric = MetricRef.Cpu, Target = 50 };

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

    [Fact]
    public void Existing_AbsurdCounts_StaysACount()
    {
        Assert.Equal(int.MaxValue, new ReplicaStatus { Desired = 3, Ready = int.MaxValue, Starting = int.MaxValue, Unready = 2 }.Existing);
        Assert.Equal(0, new ReplicaStatus { Desired = 3, Ready = -3 }.Existing);
        Assert.Equal((6, 9), (new ReplicaStatus { Desired = 3, Ready = 1, Starting = 2, Unready = 3 }.Existing, new ReplicaStatus { Desired = 3, Ready = 1, Existing = 9 }.Existing));
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
