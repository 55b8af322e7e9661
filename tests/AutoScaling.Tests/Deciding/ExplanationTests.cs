using System.Collections.Immutable;

namespace AutoScaling.Tests.Deciding;

/// <summary>A decision says why, why not, until when, and what would change it.</summary>
public sealed class ExplanationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Explain_ScaledUp_NamesMetricAndRule() => Assert.Equal(
        "web goes from 4 to 6 replicas. cpu is 83.1, above 70: 'threshold' asks for 6.",
        Decide(new() { Target = "web" }, ServiceMetrics.Of(Now, 83.1)).Explain());

    [Theory]
    [InlineData(true, "cpu is 50, between 35 and 70: 'threshold' asks for no change.")]
    [InlineData(false, "cpu is 50, between 35 and 70: 'threshold' asks for no change.")]
    public void Explain_OutOfRange_SaysWhatTheRulesAskForFromTheCountThatTheyDecidedFrom(bool guards, string sentence) => Assert.Contains(
        sentence,
        Decide(
            new() { Target = "web", Range = new(6, 10), Behavior = ScalingBehavior.Default with { SafetyGuards = guards } },
            ServiceMetrics.Of(Now, 50)).Explain(),
        StringComparison.Ordinal);

    [Fact]
    public void Explain_OnTarget_SaysWhatWouldChangeIt() => Assert.Equal(
        "web stays at 4 replicas. cpu is 50, between 35 and 70: 'threshold' asks for no change. cpu above 70 would ask for more, cpu below 35 would ask for fewer.",
        Decide(new() { Target = "web" }, ServiceMetrics.Of(Now, 50)).Explain());

    [Fact]
    public void Explain_HeldByTheCooldown_SaysUntilWhen() => Assert.Equal(
        "web stays at 4 replicas. cpu is 20, below 35: 'threshold' asks for 3. The cooldown keeps 4 instead of 3 until 2026-03-02 12:10:00Z (10m). "
        + "Then the same readings may change it.",
        Decide(new() { Target = "web" }, ServiceMetrics.Of(Now, 20)).Explain());

    [Fact]
    public void Explain_MetricMissing_SaysThatNothingIsScaledDownAndWhy() => Assert.Equal(
        "web stays at 4 replicas. 'threshold' cannot say: cpu cannot be used (its value is not a number). It is decided anew as soon as the metric can be used.",
        Decide(new() { Target = "web" }, ServiceMetrics.Of(Now, double.NaN)).Explain());

    [Fact]
    public void Explain_OneOfTwoMissing_SaysWhatIsHeld() => Assert.Equal(
        "web stays at 4 replicas. 'queue' cannot say: queue@app cannot be used (the broker answered 503). 'fixed' always asks for 2. "
        + "Nothing is scaled down while a metric cannot be used, so 4 stay instead of 2. It is decided anew as soon as the metric can be used.",
        Decide(
            new() { Target = "web", Rules = [new TargetTrackingRule { Metric = "queue@app", Target = 5 }, new FixedRule { Replicas = 2 }] },
            new ServiceMetrics(MetricReading.Failed("queue@app", "the broker answered 503"))).Explain());

    [Fact]
    public void Explain_SeveralRules_SaysWhatTheyAskForTogether() => Assert.Equal(
        "web goes from 4 to 7 replicas. cpu is 90, above 70: 'threshold' asks for 6. 'fixed' always asks for 7. Together they ask for 7.",
        Decide(new() { Target = "web", Rules = [new ThresholdRule(), new FixedRule { Replicas = 7 }] }, ServiceMetrics.Of(Now, 90)).Explain());

    [Fact]
    public void Explain_OutOfRange_SaysThatItComesFirst() => Assert.Equal(
        "web goes from 4 to 3 replicas. 4 is outside the range 1..3, which comes before all else. cpu is 90, above 70: 'threshold' asks for 5. The range 1..3 allows 3 instead of 5.",
        Decide(new() { Target = "web", Range = new(1, 3) }, ServiceMetrics.Of(Now, 90)).Explain());

    [Fact]
    public void Explain_SwitchedOff_SaysWhoCanSwitchItOn() => Assert.Equal(
        "web stays at 0 replicas. 'threshold' cannot say: cpu cannot be used (the source returned no such metric). 0 replicas switch it off, so it does not get the 2 that are the least. "
        + "It is decided anew as soon as someone gives it replicas.",
        ScalingDecisionEngine.Decide(
            new() { Target = "web", Range = new(2, 9), Behavior = ScalingBehavior.Kubernetes }, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(0) }, Now).Explain());

    [Fact]
    public void Explain_Schedule_SaysFromAndUntilWhen()
    {
        var office = new ScheduleRule { Name = "office", Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", Replicas = 6 };
        Assert.Equal(
            "web goes from 4 to 6 replicas. 4 is outside the range 6..10, which comes before all else. "
            + "'office' allows no fewer than 6 until 2026-03-02 18:00:00Z (6h). No rule asks for a count, so the least is wanted, 1. The range 6..10 allows 6 instead of 1.",
            Decide(new() { Target = "web", Rules = [office] }, ServiceMetrics.Empty).Explain());
    }

    [Fact]
    public void Explain_RateLimitAndWindow_NamesBothInTheirOrder()
    {
        var policy = new ScalingPolicy
        {
            Target = "web",
            Range = new(1, 100),
            Behavior = new()
            {
                ScaleUp = new() { RateLimits = [RateLimit.Replicas(2, TimeSpan.FromMinutes(1))] },
                ScaleDown = new() { StabilizationWindow = TimeSpan.FromMinutes(5) },
            },
            Rules = [new FixedRule { Replicas = 20 }],
        };
        Assert.Equal(
            "web goes from 4 to 6 replicas. 'fixed' always asks for 20. The rate limits allow 6 instead of 20 until 2026-03-02 12:01:00Z (1m).",
            Decide(policy, ServiceMetrics.Empty).Explain());
        Assert.Equal(
            "web stays at 4 replicas. 'fixed' always asks for 1. The stabilization window holds 4 instead of 1 until 2026-03-02 12:05:00Z (5m). "
            + "Then the same readings may change it.",
            Decide(policy with { Rules = [new FixedRule { Replicas = 1 }] }, ServiceMetrics.Empty).Explain());
    }

    [Fact]
    public void Explain_SomeoneElseChangedIt_SaysSo()
    {
        var policy = new ScalingPolicy { Target = "web", Rules = [new FixedRule { Replicas = 4 }], Behavior = ScalingBehavior.Immediate };
        var first = ScalingDecisionEngine.Decide(policy, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(2) }, Now);
        var state = ScalingState.New.After(first, ScaleOutcome.Applied);
        var second = ScalingDecisionEngine.Decide(policy, state, new() { Replicas = ReplicaStatus.AllReady(9) }, Now.AddMinutes(1));
        Assert.Equal(
            "web goes from 9 to 4 replicas. Someone else changed it: 4 were written last, 9 were found. 'fixed' always asks for 4.",
            second.Explain());
    }

    [Fact]
    public void Explain_TooHighForTheReplicasThatAreThere_SaysWhyItIsNoReasonForMore() => Assert.Equal(
        "web stays at 4 replicas. cpu is 125, above 77 (target 70), but replicas that are not ready, not measured or not there yet count as unused, so that 4 are enough: "
        + "'cpu' asks for no change. cpu below 63 would ask for fewer.",
        Track(125, ReplicaStatus.AllReady(2) with { Desired = 4 }));

    [Fact]
    public void Explain_ReplicasThatAreNotReadyTurnItAround_DoesNotAskForWhatIsAlreadySo() => Assert.Equal(
        "web stays at 4 replicas. cpu is 125, but replicas that are not ready or not measured might turn the answer around: 'cpu' asks for no change. cpu below 63 would ask for fewer.",
        Track(125, ReplicaStatus.AllReady(1) with { Desired = 4, Starting = 3 }));

    [Fact]
    public void Explain_TooLowForFewer_SaysThatCountsAreWhole()
    {
        Assert.Equal(
            "web stays at 4 replicas. cpu is 60, below 63 (target 70), but rounded up that makes no fewer replicas: 'cpu' asks for no change. cpu above 77 would ask for more.",
            Track(60, ReplicaStatus.AllReady(4)));
        Assert.Equal(
            "web stays at 3 replicas. cpu is 20, below 35, but rounded up that makes no fewer replicas: 'threshold' asks for no change. cpu above 70 would ask for more.",
            ScalingDecisionEngine.Decide(
                new() { Target = "web", Rules = [new ThresholdRule { ExactArithmetic = true }] },
                ScalingState.New,
                new() { Replicas = ReplicaStatus.AllReady(3), Metrics = ServiceMetrics.Of(Now, 20) },
                Now).Explain());
    }

    [Fact]
    public void Explain_TooLowAndCarriedByMoreThanThereShouldBe_SaysSo()
    {
        List<string> names = ["a", "b", "c", "d", "e"];
        var replicas = ReplicaStatus.AllReady(4) with
        {
            Ready = 5,
            Members = [.. names.Select(n => new Replica { Name = n, Phase = ReplicaPhase.Running, Readiness = ReplicaReadiness.Ready, StartedAt = Now.AddHours(-1) })],
        };
        Assert.Equal(
            "web stays at 4 replicas. cpu is 60, below 63 (target 70), but rounded up that makes no fewer replicas: 'cpu' asks for no change. cpu above 77 would ask for more.",
            Track(replicas, MetricReading.Available("cpu", 60, Now, [.. names.Select(n => new ReplicaReading(n, 60, 100, Now))])));
    }

    [Fact]
    public void Explain_MoreIsAskedForAndDisabled_DoesNotAskForWhatIsAlreadySo() => Assert.Equal(
        "web stays at 4 replicas. cpu is 90, above 70: 'threshold' asks for 6. Changes in this direction are disabled, so 4 stay instead of 6. cpu below 35 would ask for fewer.",
        Decide(new() { Target = "web", Behavior = new() { ScaleUp = new() { Select = RateLimitSelect.Disabled } } }, ServiceMetrics.Of(Now, 90)).Explain());

    [Fact]
    public void Explain_AnyReasonAndGuard_HasASentence()
    {
        // Whatever is added later must not fall through into nonsense.
        foreach (var kind in Enum.GetValues<RecommendationKind>())
        {
            foreach (var reason in Enum.GetValues<RecommendationReason>())
            {
                var said = new Recommendation { Kind = kind, Reason = reason, Replicas = 3, Rule = "r", Metric = "m", Value = 1, Detail = "of this" };
                ImmutableArray<GuardStep> steps = [.. Enum.GetValues<ScalingGuard>().Select(g => new GuardStep(g, 3, 4, Now.AddMinutes(1)))];
                var text = new ScalingDecision("web", Now, 3, 4) { Recommended = 4, Range = new(1, 10), Recommendations = [said], Steps = steps }.Explain();
                Assert.EndsWith(".", text, StringComparison.Ordinal);
                Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
                Assert.DoesNotContain("..", text.Replace("1..10", "", StringComparison.Ordinal), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("{}", "The decision cannot be read: it has no target.")]
    [InlineData("null", "The decision cannot be read: it is null")]
    public void FromJson_NoDecision_IsOneSentence(string json, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ScalingException>(() => ScalingDecision.FromJson(json)).Message);

    private static string Track(double cpu, ReplicaStatus replicas) => Track(replicas, MetricReading.Available("cpu", cpu, Now));

    private static string Track(ReplicaStatus replicas, MetricReading cpu) => ScalingDecisionEngine.Decide(
        new() { Target = "web", Behavior = ScalingBehavior.Kubernetes, Rules = [new TargetTrackingRule { Metric = "cpu", Target = 70 }] },
        ScalingState.New,
        new() { Replicas = replicas, Metrics = new(cpu) },
        Now).Explain();

    private static ScalingDecision Decide(ScalingPolicy policy, ServiceMetrics metrics) =>
        ScalingDecisionEngine.Decide(policy, ScalingState.New, new() { Replicas = ReplicaStatus.AllReady(4), Metrics = metrics }, Now);
}
