using CsCheck;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

/// <summary>What threshold and step rules make of replicas that start, warm up, are not ready, or were only ordered.</summary>
public sealed class StartingReplicasTests
{
    private static readonly StepRule Steps = new()
    {
        Metric = MetricRef.Cpu,
        Steps = [new() { Below = 30, Amount = -1 }, new() { From = 70, Below = 90, Amount = 1 }, new() { From = 90, Amount = 4 }],
    };

    [Theory]
    [InlineData(12, 4, 8, 0, 100, 12)] // 4 at 100 % are 33 % once all 12 are there
    [InlineData(12, 4, 0, 8, 100, 12)]
    [InlineData(12, 4, 0, 0, 100, 12)] // ordered, and not even begun
    [InlineData(12, 4, 8, 0, 20, 9)] // fewer stays fewer
    [InlineData(12, 10, 2, 0, 100, 18)] // 83 % over all 12 is still too much
    [InlineData(12, 12, 3, 0, 100, 18)] // a rollout's surge
    [InlineData(12, 0, 12, 0, 100, 12)]
    public void Recommend_ThresholdWithReplicasOnTheirWay_CountsThemBeforeItAsksForMore(
        int desired, int ready, int starting, int unready, double cpu, int expected)
    {
        var status = new ReplicaStatus { Desired = desired, Ready = ready, Starting = starting, Unready = unready };
        Assert.Equal(expected, new ThresholdRule().Ask(status, MetricRef.Cpu.Reading(cpu)).Replicas);
    }

    [Fact]
    public void Recommend_ThresholdWithMemoryAboveItsTarget_WaitsForWhatIsOnItsWayAndNeverAsksForFewer()
    {
        var rule = new ThresholdRule { MemoryTarget = 80 };
        var status = new ReplicaStatus { Desired = 12, Ready = 4, Starting = 8 };
        var said = rule.Ask(status, MetricRef.Cpu.Reading(10), MetricRef.Memory.Reading(100));
        Assert.Equal((12, "memory", RecommendationReason.Undecided), (said.Replicas, said.Metric!.Name, said.Reason));
    }

    [Theory]
    [InlineData(12, 12, 0, 95, 16, RecommendationReason.Step)]
    [InlineData(12, 10, 2, 100, 13, RecommendationReason.Step)] // 83 % once all are there: the smaller step
    [InlineData(12, 4, 8, 100, 12, RecommendationReason.Undecided)] // 33 %
    [InlineData(12, 2, 10, 100, 12, RecommendationReason.Undecided)] // 17 % would be a step down, which it never becomes
    [InlineData(12, 4, 8, 20, 11, RecommendationReason.Step)]
    public void Recommend_StepWithReplicasOnTheirWay_TakesTheStepThatIsLeftOnceTheyAreThere(
        int desired, int ready, int starting, double cpu, int expected, RecommendationReason reason)
    {
        var status = new ReplicaStatus { Desired = desired, Ready = ready, Starting = starting };
        var said = Steps.Ask(status, MetricRef.Cpu.Reading(cpu));
        Assert.Equal((expected, reason, cpu), (said.Replicas, said.Reason, said.Value));
        Assert.Equal(16, (Steps with { IsTotal = true }).Ask(status, MetricRef.Cpu.Reading(100)).Replicas);
    }

    [Fact]
    public void Recommend_AnyReplicasOnTheirWay_OnlyEverMakesNoChangeOrLessOfMore() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Double[0, 200]).Sample((desired, ready, starting, unready, cpu) =>
        {
            var status = new ReplicaStatus { Desired = desired, Ready = ready, Starting = starting, Unready = unready };
            foreach (var rule in (ScalingRule[])[new ThresholdRule(), new ThresholdRule { MemoryTarget = 60 }, Steps])
            {
                MetricReading[] readings = [MetricRef.Cpu.Reading(cpu), MetricRef.Memory.Reading(200 - cpu)];
                var (all, some) = (rule.Ask(desired, readings).Replicas, rule.Ask(status, readings).Replicas);
                if (all > desired) Assert.InRange(some, desired, all);
                else Assert.Equal(all, some);
            }
        });

    // 4 old ones at 50 %, and young ones that burn 200 % to start.
    [Theory]
    [InlineData(20, 30, 4)] // not long enough: the reading reaches back to before they were ready
    [InlineData(40, 30, 6)]
    [InlineData(20, 0, 6)] // told not to look
    public void Recommend_ReadingsOfWarmingReplicas_AreLeftOut(int readyFor, int periodSeconds, int expected)
    {
        var status = Members(4, 2, TimeSpan.FromSeconds(readyFor));
        var reading = Readings(0.5, 2, TimeSpan.FromSeconds(30));
        var period = TimeSpan.FromMinutes(periodSeconds == 0 ? 0 : 5);
        var threshold = new ThresholdRule { InitializationPeriod = period }.Ask(status, reading);
        Assert.Equal((expected == 4 ? 6 : 9, expected == 4 ? 50.0 : 100.0), (threshold.Replicas, threshold.Value));
        var step = (Steps with { InitializationPeriod = period }).Ask(status, reading);
        Assert.Equal((expected == 4 ? 6 : 10, expected == 4 ? 50.0 : 100.0), (step.Replicas, step.Value));
    }

    [Fact]
    public void Recommend_ReadingsWithoutRequests_AreAveragedWithoutTheWarmingOnes()
    {
        MetricRef requests = "requests";
        var reading = MetricReading.Available(requests, 90, Now, [.. Readings(80, 110, TimeSpan.FromSeconds(30)).Replicas.Select(r => new ReplicaReading(r.Name, r.Value, null, r.At, r.Window))]);
        Assert.Equal(80, (Steps with { Metric = requests }).Ask(Members(4, 2, TimeSpan.FromSeconds(10)), reading).Value);
    }

    [Fact]
    public void Recommend_OnlyWarmingReplicasHaveReadings_CannotSay()
    {
        var status = Members(0, 2, TimeSpan.FromSeconds(1));
        foreach (var rule in (ScalingRule[])[new ThresholdRule(), Steps])
        {
            var said = rule.Ask(status, Readings(0.5, 2, TimeSpan.FromSeconds(30)));
            Assert.Equal((RecommendationKind.Unavailable, RecommendationReason.NoReadyReplicas), (said.Kind, said.Reason));
        }
    }

    [Fact]
    public void InitializationPeriod_Negative_NamesTheRuleAndTheValue()
    {
        AssertInvalid("InitializationPeriod must be at least 0, but is -1s.", () => new ThresholdRule { InitializationPeriod = TimeSpan.FromSeconds(-1) });
        AssertInvalid("InitializationPeriod must be at least 0, but is -1s.", () => Steps with { InitializationPeriod = TimeSpan.FromSeconds(-1) });
    }

    private static ReplicaStatus Members(int old, int young, TimeSpan readyFor) => new()
    {
        Desired = old + young,
        Ready = old + young,
        Members = [.. Enumerable.Range(0, old).Select(i => Member($"old{i}", TimeSpan.FromHours(1))), .. Enumerable.Range(0, young).Select(i => Member($"young{i}", readyFor))],
    };

    private static Replica Member(string name, TimeSpan readyFor) => new()
    {
        Name = name,
        Phase = ReplicaPhase.Running,
        Readiness = ReplicaReadiness.Ready,
        StartedAt = Now - readyFor - TimeSpan.FromSeconds(5),
        ReadinessChangedAt = Now - readyFor,
    };

    private static MetricReading Readings(double old, double young, TimeSpan window) => MetricReading.Available(
        MetricRef.Cpu,
        ((old * 4) + (young * 2)) / 6 * 100,
        Now,
        [.. Enumerable.Range(0, 4).Select(i => Reading($"old{i}", old, window)), .. Enumerable.Range(0, 2).Select(i => Reading($"young{i}", young, window))]);

    private static ReplicaReading Reading(string name, double value, TimeSpan window) => new(name, value, 1, Now, window);
}
