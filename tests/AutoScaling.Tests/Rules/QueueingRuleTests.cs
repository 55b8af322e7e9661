using AutoScaling.Tests.Deciding;
using CsCheck;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

public sealed class QueueingRuleTests
{
    private static readonly MetricRef Rate = "rps@app";
    private static readonly MetricRef Latency = "p95@app";

    // 0.1 s for each request: 10 a second keep one replica busy.
    private static readonly QueueingRule Given = new()
    {
        ArrivalMetric = Rate,
        Objective = TimeSpan.FromMilliseconds(500),
        ServiceTime = TimeSpan.FromMilliseconds(100),
        MaxUtilization = 100,
    };

    private static readonly QueueingRule Learning = Given with { ServiceTime = null };
    private static readonly QueueingRule Measured = Given with { LatencyMetric = Latency };

    // Computed with 50 digits from the definition; 1/3, 4/9 and 0.5541 stand in most tables of Erlang C.
    [Theory]
    [InlineData(1, 0.5, 0.5)]
    [InlineData(2, 1, 0.3333333333333333)]
    [InlineData(3, 2, 0.4444444444444444)]
    [InlineData(5, 4, 0.5541125541125541)]
    [InlineData(10, 8, 0.40918015079644354)]
    [InlineData(20, 18, 0.5507690048161176)]
    [InlineData(50, 45, 0.3638644672069884)]
    [InlineData(100, 95, 0.5064568539130206)]
    [InlineData(1000, 970, 0.24282333618041158)]
    [InlineData(10000, 9900, 0.22277692886414824)]
    public void Waiting_KnownQueues_IsTheirShare(double places, double offered, double expected) =>
        Assert.Equal(expected, ErlangC.Waiting(places, offered), 1e-11);

    [Theory]
    [InlineData(10, 8, 1, 0.46303189478204787)]
    [InlineData(10, 8, 5, 0.009476404418123342)]
    [InlineData(2, 1, 2, 0.22555880539435452)] // as many free places as one rate of service: the formula's own limit
    [InlineData(1, 0.5, 2, 0.36787944117144233)] // M/M/1: exp(-(1 - use) * time)
    public void Slower_KnownQueues_IsTheirShare(double places, double offered, double time, double expected) =>
        Assert.Equal(expected, ErlangC.Slower(places, offered, time), 1e-6);

    // Found by trying every count from the load up.
    [Theory]
    [InlineData(1, 5, 1, 1)]
    [InlineData(5, 5, 1, 2)]
    [InlineData(10, 5, 1, 2)]
    [InlineData(50, 5, 1, 6)]
    [InlineData(200, 5, 1, 21)]
    [InlineData(1000, 5, 1, 101)]
    [InlineData(1000, 5, 8, 13)]
    [InlineData(5000, 5, 1, 501)]
    [InlineData(200, 3.2, 1, 23)]
    [InlineData(200, 3.2, 4, 6)]
    [InlineData(200, 2, 1, 34)] // in service alone 13 % take longer: as many as let hardly any wait
    [InlineData(0, 5, 1, 0)]
    public void Recommend_GivenServiceTime_IsTheLeastThatKeepsTheObjective(double arrivals, double objective, int concurrency, int expected)
    {
        var rule = Given with { Objective = TimeSpan.FromSeconds(objective / 10), ConcurrencyPerReplica = concurrency };
        var said = rule.Ask(3, Rate.Reading(arrivals));
        Assert.Equal((RecommendationKind.Replicas, RecommendationReason.Queueing, expected), (said.Kind, said.Reason, said.Replicas));
        Assert.Equal((Rate, arrivals, null), (said.Metric, said.Value, said.Memory));
    }

    [Fact]
    public void Recommend_LargeLoads_AreAnsweredStablyAndAtOnce()
    {
        var before = 0;
        foreach (var offered in (double[])[1e4, 1e5, 1e6, 9.9e6, 1.1e7, 1e9, 1e12, 1e300])
        {
            var count = ErlangC.LeastGroups(offered, 1, 5, 0.05);
            Assert.True(count > before || count == int.MaxValue, $"{offered}: {count}");
            Assert.True(count == int.MaxValue || count > offered);
            before = count;
        }
    }

    [Fact]
    public void Recommend_LargeLoad_LeavesRoomForGrowth() =>
        Assert.Equal(143, (Given with { MaxUtilization = 70 }).Ask(3, Rate.Reading(1000)).Replicas);

    [Fact]
    public void Recommend_MoreArrivals_NeverAsksForFewer() =>
        Gen.Select(Loads, Gen.Double[1, 3], Gen.Double[1.01, 50], Gen.Int[1, 20], Gen.Double[50, 99.9]).Sample((load, more, objective, places, percentile) =>
        {
            var rule = Given with { Objective = Given.ServiceTime!.Value * objective, ConcurrencyPerReplica = places, Percentile = percentile };
            Assert.True(rule.Ask(3, Rate.Reading(load * more)).Replicas >= rule.Ask(3, Rate.Reading(load)).Replicas);
        });

    [Fact]
    public void Recommend_TighterObjectiveOrPercentile_NeverAsksForFewer() =>
        Gen.Select(Loads, Gen.Double[1.01, 30], Gen.Double[1, 3], Gen.Int[1, 20], Gen.Double[50, 90], Gen.Double[0, 9.9]).Sample((load, objective, looser, places, percentile, more) =>
        {
            var tight = Given with { Objective = Given.ServiceTime!.Value * objective, ConcurrencyPerReplica = places, Percentile = percentile };
            int Asks(QueueingRule rule) => rule.Ask(3, Rate.Reading(load)).Replicas;
            Assert.True(Asks(tight) >= Asks(tight with { Objective = tight.Objective * looser }));
            Assert.True(Asks(tight with { Percentile = percentile + more }) >= Asks(tight));
        });

    [Fact]
    public void Recommend_AnyLoad_IsTheLeastCountThatIsEnough() =>
        Gen.Select(Loads, Gen.Double[1.01, 30], Gen.Int[1, 20]).Sample((load, objective, places) =>
        {
            var rule = Given with { Objective = Given.ServiceTime!.Value * objective, ConcurrencyPerReplica = places };
            var count = rule.Ask(3, Rate.Reading(load)).Replicas;
            bool IsEnough(int n) => ErlangC.IsEnough((double)n * places, load / 10, objective, 0.05);
            Assert.True(IsEnough(count));
            Assert.True(count == 1 || !IsEnough(count - 1));
        });

    [Fact]
    public void Recommend_Unreadable_CannotSayAndLearnsNothing()
    {
        var told = new Told(Learning, 4);
        for (var t = 0; t < 120; t += 15) told.Sees(t, 20, 50);
        var memory = told.Memory;
        Assert.Equal((RecommendationKind.Unavailable, Rate), (told.Ask(120, MetricReading.Missing(Rate, "gone")) is var said ? (said.Kind, said.Metric) : default));
        Assert.Equal(memory, told.Memory);
    }

    [Fact]
    public void Recommend_LearnedServiceTime_IsWhatTheReplicasAreBusyWith()
    {
        // 40 a second keep 5 replicas busy at 80 %: 0.1 s each. Until it is known, nothing is removed.
        var told = new Told(Learning, 5);
        Assert.Contains("none is removed before the service time is known (0 of 4 readings)", told.Sees(0, 20, 40).Detail, StringComparison.Ordinal);
        Assert.Equal(5, told.Sees(15, 20, 40).Replicas);
        for (var t = 30; t <= 90; t += 15) told.Sees(t, 40, 80);
        var said = told.Sees(105, 20, 40);
        Assert.Equal(3, said.Replicas);
        Assert.Equal(
            "and 0.1s for each, as learned, keep 2 under way at once: 3 replicas answer 97.83 % within 0.5s (the objective: 95 %)",
            said.Detail);
    }

    [Fact]
    public void Recommend_IdleHoursBeforeBusyOnes_DoNotMakeRequestsSeemLong()
    {
        // Idle replicas use 2 % for nothing: one request every ten seconds seems to take 2 s.
        var told = new Told(Learning with { ConcurrencyPerReplica = 1 }, 10);
        for (var t = 0; t < 3600; t += 15) told.Sees(t, 0.1, 2);
        for (var t = 3600; t < 3900; t += 15) told.Sees(t, 60, 62);
        Assert.InRange(told.Sees(3900, 60, 62).Replicas, 7, 9);
    }

    [Fact]
    public void Recommend_ReplicasInFullUse_AsksForMoreThanThereAreEvenBeforeItKnows()
    {
        var told = new Told(Learning, 4);
        Assert.Equal(5, told.Sees(0, 1000, 100).Replicas);
        Assert.Equal(RecommendationKind.Replicas, told.Sees(15, 1000, 100).Kind);
        for (var t = 30; t < 120; t += 15) told.Sees(t, 20, 50);
        Assert.True(told.Sees(120, 20, 100).Replicas > 4); // requests have become longer
    }

    [Fact]
    public void Recommend_UtilizationUnreadable_MayAskForMoreButNeverForFewer()
    {
        var told = new Told(Learning, 4);
        for (var t = 0; t < 120; t += 15) told.Sees(t, 20, 50);
        var gone = MetricReading.Missing(MetricRef.Cpu, "gone");
        Assert.Equal(RecommendationKind.Unavailable, told.Ask(120, Told.At(Rate, 120, 10), gone).Kind);
        Assert.Equal((RecommendationKind.Replicas, 6), told.Ask(135, Told.At(Rate, 135, 50), gone) is var said ? (said.Kind, said.Replicas) : default);
    }

    [Fact]
    public void Recommend_NoReplicas_OneIsToShowHowLongARequestTakes()
    {
        var told = new Told(Learning, 0);
        var gone = MetricReading.Missing(MetricRef.Cpu, "no replica is ready");
        Assert.Equal(1, told.Ask(0, Told.At(Rate, 0, 3), gone).Replicas);
        Assert.Equal(0, told.Ask(15, Told.At(Rate, 15, 0), gone).Replicas);
    }

    [Fact]
    public void Recommend_NothingArrivesButAllAreBusy_KeepsThem()
    {
        var told = new Told(Learning, 4);
        Assert.Equal(4, told.Sees(0, 0, 100).Replicas);
        Assert.Equal(0, told.Sees(15, 0, 3).Replicas);
    }

    [Fact]
    public void Recommend_MeasuredLatencyTooHigh_AsksForMoreSlowlyAndUpToTwice()
    {
        var told = new Told(Measured, 6);
        var first = told.Measures(0, 50, 0.9).Replicas;
        Assert.Equal(6, first);
        var counts = Enumerable.Range(1, 240).Select(i => told.Measures(15 * i, 50, 0.9, followed: true).Replicas).ToList();
        Assert.Equal(counts.Order(), counts);
        Assert.InRange(counts[3], 6, 7); // a minute
        Assert.Equal(12, counts[^1]);
        var said = told.Measures(3615, 50, 0.9, followed: true);
        Assert.EndsWith("; p95@app is 0.9s, and what was measured so far makes it 2 times as many", said.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_MeasuredLatencyTooHighWithTooFewReplicas_SaysNothingOfTheModel()
    {
        var told = new Told(Measured, 3);
        for (var t = 0; t < 3600; t += 15) Assert.Equal(6, told.Measures(t, 50, 5).Replicas);
    }

    [Fact]
    public void Recommend_MeasuredLatencyLow_AsksForFewerEvenMoreSlowlyAndNeverForFewerThanAreBusy()
    {
        var told = new Told(Measured with { MaxUtilization = 50 }, 20);
        var counts = Enumerable.Range(0, 1000).Select(i => told.Measures(15 * i, 100, 0.1, followed: true).Replicas).ToList();
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.Equal((20, 18, 15), (counts[0], counts[20], counts[^1]));
        var full = new Told(Measured, 11);
        for (var i = 0; i < 1000; i++) Assert.True(full.Measures(15 * i, 100, 0.1, followed: true).Replicas > 10);
    }

    [Fact]
    public void Recommend_MeasuredLatencyUnreadable_MayAskForMoreButNeverForFewer()
    {
        var told = new Told(Measured, 8);
        var gone = MetricReading.Missing(Latency, "gone");
        Assert.Equal((RecommendationKind.Unavailable, Latency), told.Ask(0, Told.At(Rate, 0, 50), gone) is var said ? (said.Kind, said.Metric) : default);
        Assert.Equal(11, told.Ask(15, Told.At(Rate, 15, 100), gone).Replicas);
    }

    [Fact]
    public void Recommend_ClockSetBackOrGap_TeachesAMinuteAtMost()
    {
        var told = new Told(Measured, 6);
        for (var t = 0; t <= 600; t += 15) told.Measures(t, 50, 0.9, followed: true);
        var before = told.Replicas;
        Assert.Equal(before, told.Measures(-100_000, 50, 0.9, followed: true).Replicas);
        Assert.InRange(told.Measures(100_000, 50, 0.9, followed: true).Replicas, before, before + 1);
    }

    [Fact]
    public void Recommend_RestartedAtEveryEvaluation_IsTheSame()
    {
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 50), Rules = [Learning with { LatencyMetric = Latency }], Behavior = ScalingBehavior.Immediate };
        var (story, restarted) = (new Story(policy, 5), new Story(policy, 5));
        for (var t = 0; t < 1800; t += 15)
        {
            var rate = 40 + (30 * Math.Sin(t / 200.0));
            MetricReading[] seen =
            [
                MetricReading.Available(Rate, rate, Story.At(t)),
                MetricReading.Available(MetricRef.Cpu, Math.Min(100, 10 * rate / story.Replicas), Story.At(t)),
                MetricReading.Available(Latency, 0.4 + (t % 300 / 1000.0), Story.At(t)),
            ];
            restarted.State = ScalingState.FromJson(restarted.State.ToJson());
            Assert.Equal(story.Sees(t, seen).Explain(), restarted.Sees(t, seen).Explain());
        }
    }

    [Fact]
    public void Memory_OfOtherMetricsOrSpoiled_IsNone()
    {
        var told = new Told(Learning, 5);
        for (var t = 0; t < 120; t += 15) told.Sees(t, 20, 40);
        foreach (var memory in (RuleMemory[])[new([1, 2, 3]), new(told.Memory!.Chunks[0].SetItem(0, 77)), new([.. new byte[told.Memory.Length]])])
            Assert.Contains("0 of 4", new Told(Learning, 5) { Memory = memory }.Sees(0, 20, 40).Detail, StringComparison.Ordinal);
        Assert.InRange(told.Memory.Length, 1, 100);
    }

    [Fact]
    public void Explain_Decision_NamesFiguresAndObjective()
    {
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 50), Rules = [Given with { MaxUtilization = 80 }] }, 2);
        var text = story.Sees(0, MetricReading.Available(Rate, 50, Story.At(0))).Explain();
        Assert.StartsWith(
            "web goes from 2 to 7 replicas. rps@app is 50, and 0.1s for each keep 5 under way at once: 7 replicas answer 99.11 % ", text, StringComparison.Ordinal);
        Assert.Contains("% within 0.5s (the objective: 95 %): 'latency' asks for 7.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_AllSettings_AreReadAndWritten()
    {
        var policy = PolicyDocument.ParseYaml(
            """
            policies:
              - service: web
                rules:
                  - { type: latency, arrivalMetric: rps@app, objective: 200ms, percentile: 99, serviceTime: 40ms, concurrencyPerReplica: 8, maxUtilization: 70, latencyMetric: p99@app }
                  - { type: latency, name: learned, arrivalMetric: rps@app, objective: 200ms, utilizationMetric: busy@app }
            """)[0];
        ScalingRule[] expected =
        [
            new QueueingRule
            {
                ArrivalMetric = Rate,
                Objective = TimeSpan.FromMilliseconds(200),
                Percentile = 99,
                ServiceTime = TimeSpan.FromMilliseconds(40),
                ConcurrencyPerReplica = 8,
                MaxUtilization = 70,
                LatencyMetric = "p99@app",
            },
            new QueueingRule { Name = "learned", ArrivalMetric = Rate, Objective = TimeSpan.FromMilliseconds(200), UtilizationMetric = "busy@app" },
        ];
        Assert.Equal(expected, policy.Rules);
    }

    [Fact]
    public void Metrics_EachForm_AreWhatItReads()
    {
        Assert.Equal<MetricRef>([Rate], Given.Metrics);
        Assert.Equal<MetricRef>([Rate, Latency], Measured.Metrics);
        Assert.Equal<MetricRef>([Rate, "cpu"], Learning.Metrics);
        Assert.Equal<MetricRef>([Rate, "cpu", Latency], (Learning with { LatencyMetric = Latency }).Metrics);
        Assert.Equal((false, true, true), (Given.Remembers, Measured.Remembers, Learning.Remembers));
    }

    [Fact]
    public void Settings_OutOfBounds_NameTheRuleAndTheValue()
    {
        AssertInvalid("Percentile must be at least 50 and less than 100, but is 100.", () => Given with { Percentile = 100 });
        AssertInvalid("Objective must be more than 0, but is 0s.", () => Given with { Objective = TimeSpan.Zero });
        AssertInvalid("ServiceTime must be more than 0, but is 0s.", () => Given with { ServiceTime = TimeSpan.Zero });
        AssertInvalid("MaxUtilization must be between 1 and 100, but is 101.", () => Given with { MaxUtilization = 101 });
        AssertInvalid("ConcurrencyPerReplica must be at least 1, but is 0.", () => Given with { ConcurrencyPerReplica = 0 });
    }

    private static Gen<double> Loads => Gen.OneOf(Gen.Double[0.001, 20], Gen.Double[1, 5000]);

    /// <summary>A rule over time, without an engine: it is told what it remembered.</summary>
    private sealed class Told(QueueingRule rule, int replicas)
    {
        public RuleMemory? Memory { get; set; }

        public int Replicas { get; private set; } = replicas;

        public static MetricReading At(MetricRef metric, double at, double value) => MetricReading.Available(metric, value, Story.At(at));

        public Recommendation Sees(double at, double rate, double cpu) => Ask(at, At(Rate, at, rate), At(MetricRef.Cpu, at, cpu));

        /// <summary>Also what it asks for is there at once, if it is followed.</summary>
        public Recommendation Measures(double at, double rate, double latency, bool followed = false)
        {
            var said = Ask(at, At(Rate, at, rate), At(Latency, at, latency));
            if (followed) Replicas = said.Replicas;
            return said;
        }

        public Recommendation Ask(double at, params MetricReading[] readings)
        {
            var context = new RuleContext(new() { Replicas = ReplicaStatus.AllReady(Replicas), Metrics = new([.. readings]) }, Story.At(at)) { Memory = Memory };
            var said = rule.Recommend(context);
            Memory = said.Memory ?? Memory;
            return said;
        }
    }
}
