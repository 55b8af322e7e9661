using AutoScaling.Tests.Deciding;
using CsCheck;
using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

public sealed class ConcurrencyRuleTests
{
    private static readonly MetricRef Busy = "concurrency@app";

    // 7 requests a replica: 70 % of 10.
    private static readonly ConcurrencyRule Rule = new() { Metric = Busy, Target = 10 };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 1)]
    [InlineData(7, 1)]
    [InlineData(7.1, 2)]
    [InlineData(700, 100)]
    [InlineData(1e300, 1000)] // a thousand times what is ready
    public void Recommend_FirstReadingOfOneReplica_IsTheTarget(double value, int expected)
    {
        var said = Rule.Ask(1, Busy.Reading(value));
        Assert.Equal((RecommendationKind.Replicas, RecommendationReason.Concurrency, expected), (said.Kind, said.Reason, said.Replicas));
        Assert.Equal((Busy, value), (said.Metric, said.Value));
    }

    [Fact]
    public void Recommend_SteadyLoad_IsTheAverageOfTheStableWindow()
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t < 120; t += 5) told.Sees(t, t % 10 == 0 ? 60 : 80);
        Assert.Equal(10, told.Sees(120, 60).Replicas);
        Assert.Null(told.Sees(125, 70).Until);
    }

    [Fact]
    public void Recommend_LoadFalls_GoesDownOnceTheStableWindowSaysSoAndByHalfAtMost()
    {
        var told = new Told(Rule, 20);
        for (var t = 0; t < 120; t += 5) told.Sees(t, 140);
        Assert.Equal(19, told.Sees(120, 35).Replicas); // one of thirteen readings
        for (var t = 125; t < 180; t += 5) told.Sees(t, 35);
        Assert.Equal(10, told.Sees(180, 35).Replicas);
    }

    [Fact]
    public void Recommend_LoadDoublesAtOnce_PanicsAndRemovesNothingUntilAStableWindowAfterIt()
    {
        var told = new Told(Rule, 4);
        for (var t = 0; t < 90; t += 3) told.Sees(t, 28);
        Assert.Equal(4, told.Sees(90, 28).Replicas);
        var panic = told.Sees(93, 120); // on average of its last seconds 75, of the stable window 33
        Assert.Equal((11, Story.At(153)), (panic.Replicas, panic.Until));
        Assert.Contains("in panic, so none is removed (the last 6s need 11)", panic.Detail, StringComparison.Ordinal);
        told.Replicas = 11;
        told.Sees(96, 120);
        told.Replicas = 18;
        for (var t = 99; t < 153; t += 3) Assert.Equal(18, told.Sees(t, 7).Replicas);
        Assert.Null(told.Sees(153, 7).Until);
        Assert.InRange(told.Sees(156, 7).Replicas, 9, 10);
    }

    [Fact]
    public void Recommend_ThreeQuartersMore_IsNoPanicAndFollowsTheStableWindow()
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t < 90; t += 5) told.Sees(t, 70);
        var said = told.Sees(90, 122);
        Assert.Null(said.Until);
        Assert.Equal(11, said.Replicas);
    }

    [Fact]
    public void Recommend_SecondReadingInTheSameWindow_IsCountedOnce()
    {
        var (once, twice) = (new Told(Rule, 10), new Told(Rule, 10));
        for (var t = 0; t < 90; t += 15)
        {
            once.Sees(t, t);
            twice.Sees(t, t);
            twice.Ask(t + 5, MetricReading.Available(Busy, t, Story.At(t)));
        }

        Assert.Equal(once.Sees(90, 50).Detail, twice.Sees(90, 50).Detail);
    }

    [Fact]
    public void Recommend_SourceOfTwoCopiesThatIsASecondBehindNowAndThen_GoesOn()
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t < 120; t += 5) told.Ask(t, MetricReading.Available(Busy, 35, Story.At(t % 10 == 0 ? t : t - 6)));
        Assert.Equal((5, null), told.Sees(120, 35) is var said ? (said.Replicas, said.Until) : default);
    }

    [Fact]
    public void Recommend_StartWithReplicas_RemovesNoneForAStableWindow()
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t < 60; t += 15) Assert.Equal(10, told.Sees(t, 7).Replicas);
        Assert.Equal(5, told.Sees(60, 7).Replicas);
    }

    [Theory]
    [InlineData(600)] // a gap
    [InlineData(-600)] // the clock was set back
    [InlineData(-3)]
    public void Recommend_WindowsThatAreNotKnown_RemoveNoneForAStableWindow(int later)
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t <= 120; t += 15) told.Sees(t, 65);
        for (var t = 0; t < 60; t += 15) Assert.Equal(10, told.Sees(120 + later + t, 7).Replicas);
        Assert.Equal(5, told.Sees(120 + later + 60, 7).Replicas);
    }

    [Fact]
    public void Recommend_Unreadable_CannotSayAndLearnsNothing()
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t <= 120; t += 15) told.Sees(t, 65);
        var memory = told.Memory;
        var said = told.Ask(135, MetricReading.Failed(Busy, "the source is down"));
        Assert.Equal((RecommendationKind.Unavailable, Busy, "the source is down"), (said.Kind, said.Metric, said.Detail));
        Assert.Equal(memory, told.Memory);
    }

    [Fact]
    public void Recommend_ReplicasThatOnlyStart_AreNeitherLostNorOrderedAgain()
    {
        // 2 of 8 are ready, and the rate allows twice of those.
        var rule = Rule with { MaxScaleUpRate = 2 };
        Assert.Equal(8, rule.Ask(new ReplicaStatus { Desired = 8, Ready = 2 }, Busy.Reading(500)).Replicas);
        Assert.Equal(4, rule.Ask(new ReplicaStatus { Desired = 2, Ready = 2 }, Busy.Reading(500)).Replicas);
    }

    [Fact]
    public void Recommend_AnyStory_AboveTheTargetNeverFewerAndBelowItNeverMore() =>
        Gen.Select(Gen.Double[0, 300].Array[30], Gen.Int[1, 40].Array[30], Gen.Int[1, 40]).Sample((values, steps, replicas) =>
        {
            // With a panic window of one reading the last seconds are that reading.
            var told = new Told(Rule with { PanicWindow = 1 }, replicas);
            var at = 0;
            for (var i = 0; i < values.Length; i++)
            {
                at += steps[i];
                var said = told.Sees(at, values[i]).Replicas;
                if (values[i] > 7.0 * told.Replicas) Assert.True(said >= told.Replicas);
                else Assert.True(said <= told.Replicas);
                told.Replicas = Math.Max(1, said);
            }

        });

    [Fact]
    public void Recommend_RestartedAtEveryEvaluation_IsTheSame()
    {
        var policy = new ScalingPolicy { Target = "web", Range = new(1, 50), Rules = [Rule], Behavior = ScalingBehavior.Immediate };
        var (story, restarted) = (new Story(policy, 5), new Story(policy, 5));
        for (var t = 0; t < 1800; t += 7)
        {
            var seen = MetricReading.Available(Busy, 100 + (90 * Math.Sin(t / 100.0)), Story.At(t));
            restarted.State = ScalingState.FromJson(restarted.State.ToJson());
            Assert.Equal(story.Sees(t, seen).Explain(), restarted.Sees(t, seen).Explain());
        }
    }

    [Fact]
    public void Memory_OfOtherSettingsOrSpoiled_IsNone()
    {
        var told = new Told(Rule, 10);
        for (var t = 0; t <= 120; t += 15) told.Sees(t, 7);
        Assert.InRange(told.Memory!.Length, 1, 1000);
        foreach (var memory in (RuleMemory[])[new([1, 2, 3]), new(told.Memory.Chunks[0].SetItem(0, 77))])
            Assert.NotNull(new Told(Rule, 10) { Memory = memory }.Sees(135, 7).Until);
        Assert.NotNull(new Told(Rule with { StableWindow = TimeSpan.FromSeconds(90) }, 10) { Memory = told.Memory }.Sees(135, 7).Until);
    }

    [Fact]
    public void Explain_Decision_NamesBothWindows()
    {
        var story = new Story(new ScalingPolicy { Target = "web", Range = new(1, 50), Rules = [Rule] }, 1);
        Assert.StartsWith(
            "web goes from 1 to 2 replicas. concurrency@app is 12, 12 on average of 1m and 12 of 6s, where a replica is counted on for 7; "
            + "in panic, so none is removed (the last 6s need 2): 'concurrency' asks for 2.",
            story.Sees(0, MetricReading.Available(Busy, 12, Story.At(0))).Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Document_AllSettings_AreRead()
    {
        var policy = PolicyDocument.ParseYaml(
            """
            policies:
              - service: web
                rules:
                  - { type: concurrency, metric: concurrency@app, target: 100, targetUtilization: 80, stableWindow: 2m, panicWindow: 20, panicThreshold: 150, maxScaleUpRate: 10, maxScaleDownRate: 3 }
            """)[0];
        ScalingRule expected = new ConcurrencyRule
        {
            Metric = Busy,
            Target = 100,
            TargetUtilization = 80,
            StableWindow = TimeSpan.FromMinutes(2),
            PanicWindow = 20,
            PanicThreshold = 150,
            MaxScaleUpRate = 10,
            MaxScaleDownRate = 3,
        };
        Assert.Equal([expected], policy.Rules);
    }

    [Fact]
    public void Settings_OutOfBounds_NameTheRuleAndTheValue()
    {
        AssertInvalid("Target must be more than 0, but is 0.", () => Rule with { Target = 0 });
        AssertInvalid("TargetUtilization must be between 1 and 100, but is 0.", () => Rule with { TargetUtilization = 0 });
        AssertInvalid("StableWindow must be between 6s and 1 hour, but is 5s.", () => Rule with { StableWindow = TimeSpan.FromSeconds(5) });
        AssertInvalid("PanicThreshold must be between 110 and 1000, but is 100.", () => Rule with { PanicThreshold = 100 });
        AssertInvalid("MaxScaleDownRate must be more than 1, but is 1.", () => Rule with { MaxScaleDownRate = 1 });
    }

    /// <summary>A rule over time, without an engine: it is told what it remembered.</summary>
    private sealed class Told(ConcurrencyRule rule, int replicas)
    {
        public RuleMemory? Memory { get; set; }

        public int Replicas { get; set; } = replicas;

        public Recommendation Sees(double at, double value) => Ask(at, MetricReading.Available(Busy, value, Story.At(at)));

        public Recommendation Ask(double at, MetricReading reading)
        {
            var context = new RuleContext(new() { Replicas = ReplicaStatus.AllReady(Replicas), Metrics = new(reading) }, Story.At(at)) { Memory = Memory };
            var said = rule.Recommend(context);
            Memory = said.Memory ?? Memory;
            return said;
        }
    }
}
