using System.Globalization;

namespace AutoScaling.Tests.Rules;

public sealed class ThresholdRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Recommend_ExactArithmeticThenTheRange_GivesEveryDescribedAnswer()
    {
        var lines = File.ReadLines(Oracle.File("seed", "threshold-decisions.csv")).Skip(1).Where(l => l.Length > 0).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var f = line.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
            var rule = new ThresholdRule { CpuTarget = f[3], MemoryTarget = f[4], ExactArithmetic = true };
            var count = new ReplicaRange((int)f[5], (int)f[6]).Clamp(Recommend(rule, (int)f[0], ServiceMetrics.Of(Now, f[1], f[2])).Replicas);
            Assert.True((int)f[7] == count, $"{line}: we say {count}.");
        }
    }

    [Theory]
    [InlineData(3, 20, false, 2)]
    [InlineData(3, 20, true, 3)]
    [InlineData(2, 20, false, 1)]
    [InlineData(10, 20, false, 7)]
    [InlineData(10, 35, false, 10)]
    [InlineData(10, 70, false, 10)]
    [InlineData(10, 70.01, false, 15)]
    public void Recommend_CpuAgainstItsTarget_IsTheDescribedStep(int current, double cpu, bool exact, int expected)
    {
        var rule = new ThresholdRule { ExactArithmetic = exact };
        Assert.Equal(expected, Recommend(rule, current, ServiceMetrics.Of(Now, cpu)).Replicas);
    }

    [Fact]
    public void Recommend_MemoryAboveItsTarget_IsAtLeastThirteenTenths()
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu: 20, memory: 81));
        Assert.Equal((13, "memory", 81.0), (said.Replicas, said.Metric!.Name, said.Value!.Value));
    }

    [Theory]
    [InlineData(double.NaN, 50.0, RecommendationReason.MetricMissing)]
    [InlineData(double.PositiveInfinity, 50.0, RecommendationReason.MetricMissing)]
    [InlineData(-1, 50.0, RecommendationReason.MetricNegative)]
    [InlineData(20, double.NaN, RecommendationReason.MetricMissing)]
    [InlineData(20, null, RecommendationReason.MetricMissing)]
    public void Recommend_UnreadableMetric_CannotSay(double cpu, double? memory, RecommendationReason reason)
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu, memory));
        Assert.Equal((RecommendationKind.Unavailable, reason), (said.Kind, said.Reason));
    }

    [Theory]
    [InlineData(double.NaN, 90, 13)]
    [InlineData(90, double.NaN, 15)]
    public void Recommend_OneMetricUnreadableTheOtherHigh_StillAsksForMore(double cpu, double memory, int expected)
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu, memory));
        Assert.Equal((RecommendationKind.Replicas, expected), (said.Kind, said.Replicas));
    }

    // 10 replicas at 30 % carry 300: over 5 they are 60, over 4 they are 75.
    [Theory]
    [InlineData(10, 10, 5, null, 5)]
    [InlineData(10, 10, 4, null, 6)]
    [InlineData(10, 10, 10, null, 7)]
    [InlineData(10, 0, 4, null, 6)]
    [InlineData(5, 10, 4, null, 6)] // a scale-down is under way: the reading stands for 10
    [InlineData(10, 10, 5, 40.0, 5)] // memory, 400 in all, is 80 over 5
    [InlineData(10, 10, 5, 40.1, 7)]
    public void Project_FewerReplicas_AsksForWhatTheSameLoadNeeds(int desired, int ready, int replicas, double? memory, int expected)
    {
        var metrics = ServiceMetrics.Of(Now, cpu: 30, memory ?? 0);
        var status = new ReplicaStatus { Desired = desired, Ready = ready };
        Assert.Equal(expected, new ThresholdRule { MemoryTarget = 80 }.Suppose(replicas, status, [.. metrics]));
    }

    [Fact]
    public void Recommend_ReadingsOfOtherNames_ReadsThoseThatItIsTold()
    {
        var rule = new ThresholdRule { CpuMetric = "load@node", MemoryMetric = "heap", MemoryTarget = 80 };
        Assert.Equal<MetricRef>(["load@node", "heap"], rule.Metrics);
        Assert.Equal(15, rule.Ask(10, new MetricRef("load", "node").Reading(71), new MetricRef("heap").Reading(1), MetricRef.Cpu.Reading(1)).Replicas);
        Assert.Equal<MetricRef>([MetricRef.Cpu], new ThresholdRule().Metrics);
    }

    [Theory]
    [InlineData(20, RecommendationReason.BelowTarget, "cpu")]
    [InlineData(35, RecommendationReason.OnTarget, "cpu")]
    [InlineData(50, RecommendationReason.OnTarget, "cpu")]
    [InlineData(70, RecommendationReason.OnTarget, "cpu")]
    [InlineData(71, RecommendationReason.AboveTarget, "cpu")]
    public void Recommend_Cpu_SaysWhyAndWhereTheAnswerChanges(double cpu, RecommendationReason reason, string metric)
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu, memory: 80));
        Assert.Equal((reason, metric, cpu, 70.0, 70.0, 35.0), (said.Reason, said.Metric!.Name, said.Value, said.Target, said.ScaleUpAbove, said.ScaleDownBelow));
    }

    [Fact]
    public void Recommend_AnyCount_RoundsTheExactProductUp()
    {
        for (var n = 0; n <= 20_000; n++)
        {
            var (more, memory, fewer) = (Recommend(new(), n, ServiceMetrics.Of(Now, 71)), Recommend(new() { MemoryTarget = 80 }, n, ServiceMetrics.Of(Now, 50, 81)),
                Recommend(new() { ExactArithmetic = true }, n, ServiceMetrics.Of(Now, 1)));
            Assert.Equal((((n * 15) + 9) / 10, ((n * 13) + 9) / 10, ((n * 7) + 9) / 10), (more.Replicas, memory.Replicas, fewer.Replicas));
        }
    }

    [Theory]
    [InlineData(0, 20, 0)]
    [InlineData(1, 20, 0)]
    [InlineData(1, 71, 2)]
    [InlineData(int.MaxValue, 71, int.MaxValue)]
    public void Recommend_CountsAtTheEnds_StepsAndSaturates(int current, double cpu, int expected) =>
        Assert.Equal(expected, Recommend(new(), current, ServiceMetrics.Of(Now, cpu)).Replicas);

    [Fact]
    public void Recommend_ReadingAsOldAsAllowed_CountsAndOlderDoesNot()
    {
        var policy = new ScalingPolicy { Target = "web", MaxMetricAge = TimeSpan.FromSeconds(90) };
        Recommendation Aged(TimeSpan age) => new ThresholdRule().Ask(
            new ScalingObservation { Replicas = ReplicaStatus.AllReady(10), Metrics = ServiceMetrics.Of(Now - age, 20) }, policy);
        Assert.Equal((RecommendationKind.Replicas, 7), (Aged(TimeSpan.FromSeconds(90)).Kind, Aged(TimeSpan.FromSeconds(90)).Replicas));
        Assert.Equal(7, Aged(TimeSpan.FromSeconds(-90)).Replicas); // clocks differ, by no more than that
        Assert.Equal("its time lies 1m 31s in the future", Aged(TimeSpan.FromSeconds(-91)).Detail);
        var old = Aged(TimeSpan.FromSeconds(91));
        Assert.Equal((RecommendationKind.Unavailable, RecommendationReason.MetricStale), (old.Kind, old.Reason));
        Assert.Equal("it is 1m 31s old, and at most 1m 30s is allowed", old.Detail);
    }

    [Fact]
    public void Recommend_ReadingOneTickTooOld_CannotSay()
    {
        var policy = new ScalingPolicy { Target = "web", MaxMetricAge = TimeSpan.FromSeconds(90) };
        var metrics = ServiceMetrics.Of(Now - TimeSpan.FromSeconds(90) - TimeSpan.FromTicks(1), 20);
        Assert.Equal(RecommendationReason.MetricStale, new ThresholdRule().Ask(new ScalingObservation { Replicas = ReplicaStatus.AllReady(10), Metrics = metrics }, policy).Reason);
    }

    [Fact]
    public void Recommend_ReadingMarkedStale_IsNotUsedHoweverYoung()
    {
        var said = new ThresholdRule().Ask(10, MetricRef.Cpu.Reading(20).AsStale("it is 7 minutes old"));
        Assert.Equal((RecommendationKind.Unavailable, RecommendationReason.MetricStale, "it is 7 minutes old"), (said.Kind, said.Reason, said.Detail));
    }

    [Fact]
    public void MemoryTarget_NotPositive_NamesTheRuleAndTheValue() =>
        RuleTesting.AssertInvalid("MemoryTarget must be more than 0, but is -2.5.", () => new ThresholdRule { MemoryTarget = -2.5 });

    [Fact]
    public void CpuTarget_NotPositive_NamesTheRuleAndTheValue() =>
        Assert.Equal("CpuTarget must be more than 0, but is 0.", Assert.Throws<ScalingException>(() => new ThresholdRule { CpuTarget = 0 }).Message);

    [Theory]
    [InlineData(10, 0, 5, 7)]
    [InlineData(10, 1, 5, 7)] // (9 * 5 + 100) / 10 = 14.5: still below half of 70.
    [InlineData(10, 4, 5, 10)] // 43
    [InlineData(10, 9, 5, 10)]
    [InlineData(10, 9, 71, 15)] // Those that are measured are reason enough to add some.
    public void Recommend_ReplicasThatServeUnmeasured_CountAsFullyUsedOnTheWayDown(int current, int unmeasured, double cpu, int expected)
    {
        var said = new ThresholdRule { CpuTarget = 70 }.Ask(Members(current), MetricRef.Cpu.Reading(cpu, current - unmeasured, cpu / 100, 1));
        Assert.Equal(expected, said.Replicas);
        Assert.Equal(cpu > 70 ? RecommendationReason.AboveTarget : expected == current ? RecommendationReason.Undecided : RecommendationReason.BelowTarget, said.Reason);
    }

    [Fact]
    public void Recommend_SourceThatNamesReplicasDifferently_IsBelieved()
    {
        var reading = MetricReading.Available(MetricRef.Cpu, 5, Now, [new("host-1", 0.05, 1, Now)]);
        Assert.Equal(7, new ThresholdRule { CpuTarget = 70 }.Ask(Members(10), reading).Replicas);
    }

    [Fact]
    public void Recommend_UnmeasuredReplicasThatDoNotServe_DoNotCount()
    {
        var status = Members(4);
        status = status with { Members = [.. status.Members, new() { Name = "a", Phase = ReplicaPhase.Pending }, new() { Name = "b", Phase = ReplicaPhase.Failed }, status.Members[0] with { Name = "c", IsTerminating = true }] };
        Assert.Equal(3, new ThresholdRule { CpuTarget = 70 }.Ask(status, MetricRef.Cpu.Reading(5, 4, 0.05, 1)).Replicas);
    }

    private static ReplicaStatus Members(int count) => new()
    {
        Desired = count,
        Ready = count,
        Members = [.. Enumerable.Range(0, count).Select(i => new Replica { Name = $"r{i}", Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.Ready })],
    };

    private static Recommendation Recommend(ThresholdRule rule, int current, ServiceMetrics metrics) =>
        rule.Recommend(new(new() { Replicas = ReplicaStatus.AllReady(current), Metrics = metrics }, Now));
}
