using AutoScaling.Rules.Forecast;
using AutoScaling.Tests.Deciding;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

/// <summary>What a forecast reads, keeps and refuses. What it gains is seen in backtests, in the tests of the simulation.</summary>
public sealed class ForecastRuleTests
{
    private static readonly MetricRef Rps = "rps@app";
    private static readonly ForecastRule Rule = new() { Load = Rps, Mode = ForecastMode.Full };

    [Fact]
    public void Create_Defaults_AreThoseOfItsTarget()
    {
        var rule = new ForecastRule();
        Assert.Equal(("cpu", 70.0, ForecastMode.Observe, .8), (rule.Metric.Name, rule.Target, rule.Mode, rule.ObjectiveShare));
        Assert.Equal(.95, new ForecastRule { Target = 90 }.ObjectiveShare);
        Assert.Equal(["cpu"], rule.Metrics.Select(m => m.Name));
        Assert.Equal(["cpu", "rps@app"], Rule.Metrics.Select(m => m.ToString()));
    }

    [Fact]
    public void Create_BreaksARule_SaysWhich()
    {
        AssertInvalid("Objective must be more than 0 and at most 95, but is 96.", () => new ForecastRule { Objective = 96 });
        AssertInvalid("ShortageWeight must be between 1 and 50, but is 0.5.", () => new ForecastRule { ShortageWeight = .5 });
        AssertInvalid("StartDelay must be between 0 and 30m, but is 31m.", () => new ForecastRule { StartDelay = TimeSpan.FromMinutes(31) });
        AssertInvalid("Hold must be between 0 and 10m, but is 11m.", () => new ForecastRule { Hold = TimeSpan.FromMinutes(11) });
        AssertInvalid(
            "TimeZone must be the name of a time zone, such as Europe/Berlin, but is 'Mars'.", () => new ForecastRule { TimeZone = "Mars" });
        AssertInvalid(
            "Base of a forecast must be target tracking of a utilization, without activation, but is 'AverageValue'.",
            () => new ForecastRule { Base = new() { Metric = "cpu", Target = 70, Kind = TargetKind.AverageValue } });
    }

    [Fact]
    public void Document_AllSettings_AreReadAndWritten()
    {
        const string Text = """
            policies:
              web:
                rules:
                  - { type: forecast, metric: cpu, target: 70, load: rps@app, objective: 85, shortageWeight: 8, startDelay: 90s, hold: 2m, mode: full, seasons: false, timeZone: Europe/Berlin }
            """;
        var policy = PolicyDocument.ParseYaml(Text)[0];
        var rule = Assert.IsType<ForecastRule>(policy.Rules[0]);
        Assert.Equal(
            new ForecastRule
            {
                Load = Rps,
                Objective = 85,
                ShortageWeight = 8,
                StartDelay = TimeSpan.FromSeconds(90),
                Hold = TimeSpan.FromMinutes(2),
                Mode = ForecastMode.Full,
                Seasons = false,
                TimeZone = "Europe/Berlin",
            },
            rule);
        Assert.Equal(policy, PolicyDocument.ParseYaml(PolicyDocument.ToYaml([policy]))[0]);
        var error = Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(Text.Replace("objective: 85", "objective: 70", StringComparison.Ordinal)));
        Assert.Contains("Objective must be more than Target (70), but is 70.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Recommend_AReadingIsMissing_TeachesNothingAndTakesNothingAway(bool cpu)
    {
        var memory = After(30).Memory!;
        var readings = Readings(30, 50);
        var metric = cpu ? MetricRef.Cpu : Rps;
        var seen = new ScalingObservation { Replicas = Four, Metrics = new([.. readings.Where(r => r.Metric != metric), MetricReading.Failed(metric, "it is down")]) };
        var context = new RuleContext(seen, At(30)) { Memory = memory };
        var answer = Rule.Recommend(context);
        Assert.Equal((null, RecommendationKind.Unavailable, metric), (answer.Memory, answer.Kind, answer.Metric));
        if (cpu) return;
        Assert.Equal(Rule.Base.Recommend(context), (Rule with { Mode = ForecastMode.Observe }).Recommend(context));
        var busy = new ScalingObservation { Replicas = Four, Metrics = new([Readings(30, 90)[0], MetricReading.Failed(Rps, "it is down")]) };
        Assert.Equal(6, Rule.Recommend(new RuleContext(busy, At(30)) { Memory = memory }).Replicas);
    }

    [Fact]
    public void Recommend_ClockSetBack_TeachesNothingUntilItIsThereAgain()
    {
        var memory = After(30).Memory!;
        Assert.Null(Ask(memory, 20, 50).Memory);
        Assert.NotNull(Ask(memory, 31, 50).Memory);
    }

    [Fact]
    public void Recommend_OneSampleInEightIsLost_MovesNoSlot()
    {
        // Where samples were counted, the time of day would be off by an eighth.
        var rule = Rule with { Seasons = true };
        RuleMemory? memory = null;
        for (var i = 0; i < 3 * 5760; i++)
        {
            if (i % 8 != 5) memory = rule.Recommend(Context(i, Day(i), memory)).Memory ?? memory;
        }

        // At eight it is quiet, and at nine the day begins with 5 replicas' load; the forecast of a minute before knows most of it.
        var quiet = rule.Recommend(Context((3 * 5760) + (4 * (8 * 60)), 10, Until(rule, memory, 8 * 60)));
        var before = rule.Recommend(Context((3 * 5760) + (4 * ((9 * 60) - 1)), 10, Until(rule, memory, (9 * 60) - 1)));
        Assert.Equal((1, 4), (quiet.Replicas, before.Replicas));

        RuleMemory? Until(ForecastRule r, RuleMemory? m, int minute)
        {
            for (var i = 3 * 5760; i < (3 * 5760) + (4 * minute); i++) m = r.Recommend(Context(i, Day(i), m)).Memory ?? m;
            return m;
        }

        static double Day(int i) => i % 5760 is >= 4 * 9 * 60 and < 4 * 17 * 60 ? 90 : 10;
    }

    [Fact]
    public void Recommend_TheSameTwice_IsTheSame()
    {
        var memory = After(300).Memory!;
        var copy = new RuleMemory([.. memory.Chunks.Select(c => (System.Collections.Immutable.ImmutableArray<byte>)[.. c])]);
        var (one, two, three) = (Ask(memory, 301, 60), Ask(memory, 301, 60), Ask(copy, 301, 60));
        Assert.Equal(one.Memory, two.Memory);
        Assert.Equal(one.Memory, three.Memory);
        Assert.Equal(copy, memory);
    }

    [Fact]
    public void Recommend_FirstHour_SaysHowMuchIsKnown()
    {
        var answer = After(40);
        Assert.Equal("target tracking decides: 9 of 60 minutes are known", answer.Detail);
    }

    [Fact]
    public void Recommend_InCharge_SaysForecastAndBothCosts()
    {
        var answer = After(4 * 180);
        Assert.Equal(RecommendationReason.Forecast, answer.Reason);
        Assert.Matches(
            @"^up to 2\.2\d* busy replicas within 2 min \(foremost .+; its headroom was enough .+ % of the time\), at 80 % each; "
            + @"over the last day it would have cost [\d.]+ replicas with 0 % of the load short, target tracking [\d.]+ replicas with 0 % of the load short$",
            answer.Detail);
    }

    [Theory]
    [InlineData(6, 100, 20)] // busier than they should be
    [InlineData(2, 40, 20)] // the others serve as well, and are only not measured
    public void Recommend_FewOfManyAreMeasured_TakesNoReplicaAway(int measured, double use, int replicas)
    {
        // Long after the load of 4 replicas was learned, 20 are wanted, of which most have no reading.
        var memory = After(4 * 180).Memory!;
        var at = At(4 * 180);
        var cpu = MetricReading.Available(MetricRef.Cpu, use, at, [.. Enumerable.Range(0, measured).Select(i => new ReplicaReading($"r{i}", use / 100, 1, at, TimeSpan.FromSeconds(15)))]);
        var seen = new ScalingObservation { Replicas = Ready(20), Metrics = new([cpu, MetricReading.Available(Rps, 56, at)]) };
        Assert.Equal(replicas, Rule.Recommend(new RuleContext(seen, at) { Memory = memory, Range = new(1, 100) }).Replicas);
    }

    [Fact]
    public void Recommend_AnotherObjective_JudgesAnewAndKeepsWhatItKnowsOfTheLoad()
    {
        var memory = After(4 * 180).Memory!;
        var other = (Rule with { Objective = 90 }).Recommend(Context(4 * 180, 50, memory));
        Assert.NotEqual(RecommendationReason.Forecast, other.Reason);
        Assert.Equal(ForecastRun.CapacityOf(memory), ForecastRun.CapacityOf(other.Memory!));
    }

    [Fact]
    public void Recommend_AnotherLoadMetric_BeginsAnew()
    {
        var memory = After(4 * 180).Memory!;
        var other = (Rule with { Load = null }).Recommend(Context(4 * 180, 50, memory));
        Assert.Equal(0, ForecastRun.CapacityOf(other.Memory!));
    }

    [Fact]
    public void Recommend_AfterAGap_TargetTrackingDecidesForAnHour()
    {
        var memory = After(4 * 180).Memory!;
        var gap = (4 * 180) + 100; // 25 minutes
        var answer = Ask(memory, gap, 56);
        Assert.NotEqual(RecommendationReason.Forecast, answer.Reason);
        for (var i = 1; i < 240; i++)
        {
            answer = Ask(answer.Memory!, gap + i, 56);
            Assert.NotEqual(RecommendationReason.Forecast, answer.Reason);
        }

        for (var i = 240; i < 250; i++) answer = Ask(answer.Memory!, gap + i, 56);
        Assert.Equal(RecommendationReason.Forecast, answer.Reason);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    public void Recommend_LateAndSmoothedReadings_LearnsWhatAReplicaServes(int window)
    {
        // A replica serves 25 a second. Both readings are averages over the window, 15 s old; the replicas follow the answers a minute later.
        const double Capacity = 25;
        RuleMemory? memory = null;
        var counts = Enumerable.Repeat(8, 16).ToList();
        var (rates, uses) = (new List<double>(), new List<double>());
        for (var i = 0; i < 5760; i++)
        {
            var rate = 100 + (60 * Math.Sin(i / 900.0)) + (i % 97 < 8 ? 50 : 0);
            var ready = counts[^4];
            rates.Add(rate);
            uses.Add(Math.Min(1, rate / (Capacity * ready)));
            if (i < 8) continue;
            double Mean(List<double> of) => of.Skip(of.Count - 1 - (window / 15)).Take(window / 15).Average();
            var at = At(i - 1);
            var cpu = MetricReading.Available(MetricRef.Cpu, 100 * Mean(uses), at, [.. Enumerable.Range(0, ready).Select(r => new ReplicaReading($"r{r}", Mean(uses), 1, at, TimeSpan.FromSeconds(window)))]);
            var seen = new ScalingObservation { Replicas = Ready(ready), Metrics = new([cpu, MetricReading.Available(Rps, Mean(rates), at)]) };
            var answer = Rule.Recommend(new RuleContext(seen, At(i)) { Memory = memory, Range = new(1, 100) });
            memory = answer.Memory ?? memory;
            counts.Add(answer.Kind == RecommendationKind.Replicas ? Math.Clamp(answer.Replicas, 1, 100) : counts[^1]);
        }

        Assert.InRange(ForecastRun.CapacityOf(memory!) / Capacity, .98, 1.02);
    }

    [Fact]
    public void Decide_MemoryThatIsNoMemory_BeginsAnew()
    {
        foreach (var memory in new[] { RuleMemory.Empty, new RuleMemory([[1, 2, 3]]), new RuleMemory([[], []]) })
            Assert.Contains("0 of 60 minutes are known", Ask(memory, 5, 50).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Outlook_OfAnAnswer_IsItsDetailAsFigures()
    {
        var early = ForecastOutlook.Of(After(10))!;
        Assert.Equal((false, false, double.NaN, double.NaN), (early.IsKnown, early.IsOpen, early.Expected, early.UpTo));
        Assert.Null(early.Cost);
        Assert.Null(early.BaseCost);

        var answer = After(500);
        var outlook = ForecastOutlook.Of(answer)!;
        Assert.Equal(answer.Detail, outlook.ToString());
        Assert.True(outlook.IsKnown);
        Assert.InRange(outlook.UpTo, outlook.Expected - .1, 4);
        Assert.InRange(outlook.EnoughPercent, 50, 99.7);
        Assert.Contains($"within {outlook.Ahead.TotalMinutes} min (foremost {outlook.Forecaster}, {Phrase.Of(outlook.Expected)}", answer.Detail, StringComparison.Ordinal);
        Assert.Contains($"would have cost {Phrase.Of(outlook.Cost!.Value.Replicas)} replicas with {Phrase.Of(outlook.Cost.Value.ShortPercent)} % of", answer.Detail, StringComparison.Ordinal);
        Assert.Contains($"target tracking {Phrase.Of(outlook.BaseCost!.Value.Replicas)} replicas", answer.Detail, StringComparison.Ordinal);
        Assert.InRange(outlook.Cost.Value.Total, outlook.Cost.Value.Replicas - .001, 100);
        Assert.Null(ForecastOutlook.Of(Recommendation.None("it has no opinion")));
    }

    private static ReplicaStatus Four => Ready(4);

    private static DateTimeOffset At(int sample) => Story.At(15 * sample);

    private static ReplicaStatus Ready(int count) => ReplicaStatus.AllReady(count) with
    {
        Members =
        [
            .. Enumerable.Range(0, count).Select(i => new Replica
            {
                Name = $"r{i}",
                Phase = ReplicaPhase.Running,
                Readiness = ReplicaReadiness.Ready,
                StartedAt = Story.At(-7200),
                ReadinessChangedAt = Story.At(-7140),
            }),
        ],
    };

    private static MetricReading[] Readings(int sample, double cpu) =>
    [
        MetricReading.Available(MetricRef.Cpu, cpu, At(sample), [.. Enumerable.Range(0, 4).Select(i => new ReplicaReading($"r{i}", cpu / 100, 1, At(sample), TimeSpan.FromSeconds(15)))]),
        MetricReading.Available(Rps, cpu, At(sample)),
    ];

    private static RuleContext Context(int sample, double cpu, RuleMemory? memory) =>
        new(new() { Replicas = Four, Metrics = new([.. Readings(sample, cpu)]) }, At(sample)) { Memory = memory, Range = new(1, 100) };

    private static Recommendation Ask(RuleMemory memory, int sample, double cpu) => Rule.Recommend(Context(sample, cpu, memory));

    /// <summary>What it says after so many samples of one load.</summary>
    private static Recommendation After(int samples)
    {
        Recommendation answer = default;
        for (var i = 0; i < samples; i++) answer = Rule.Recommend(Context(i, 56, answer.Memory));
        return answer;
    }
}
