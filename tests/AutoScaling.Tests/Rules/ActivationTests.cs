using CsCheck;

namespace AutoScaling.Tests.Rules;

public sealed class ActivationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MetricRef Queue = "queue";

    private static readonly TargetTrackingRule Tracking =
        new() { Metric = Queue, Kind = TargetKind.TotalPerReplica, Target = 5, Activation = new() { Above = 10, Replicas = 2 } };

    private static readonly BacklogRule Backlog = new() { Metric = Queue, ThroughputPerReplica = 1, Activation = new() { Above = 10 } };

    private static readonly StepRule Steps =
        new() { Metric = Queue, IsTotal = true, Steps = [new() { Below = 20, Amount = -1 }, new() { From = 100, Amount = 1 }], Activation = new() { Above = 10, Replicas = 3 } };

    // From 0, from what the rule itself says, and down to 0 only after five minutes.
    [Theory]
    [InlineData(0, "0:9 30:10 60:10.5", "0 0 3")]
    [InlineData(0, "0:50", "10")]
    [InlineData(0, "0:11 30:9 60:9 329:9 330:9", "3 2 2 2 0")]
    [InlineData(4, "0:0 299:0 300:0", "1 1 0")]
    [InlineData(4, "0:0 200:20 260:0 559:0 560:0", "1 4 1 1 0")] // work comes in between, and the time begins again
    public void Decide_TotalAroundItsActivation_GoesToZeroOnlyAfterTheIdleTimeAndComesBackAtOnce(int replicas, string readings, string expected) =>
        Assert.Equal(expected, Run(new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [Tracking], Behavior = ScalingBehavior.Immediate }, replicas, readings));

    [Theory]
    [InlineData(0, "0:10 30:11 60:90", "0 1 2")]
    [InlineData(3, "0:0 299:0 300:0", "1 1 0")]
    public void Decide_BacklogAroundItsActivation_DoesTheSame(int replicas, string readings, string expected) =>
        Assert.Equal(expected, Run(new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [Backlog], Behavior = ScalingBehavior.Immediate }, replicas, readings));

    [Theory]
    [InlineData(0, "0:10 30:11 60:50", "0 3 3")]
    [InlineData(3, "0:5 15:5 30:5 300:5", "2 1 1 0")]
    public void Decide_StepsAroundTheirActivation_DoTheSame(int replicas, string readings, string expected) =>
        Assert.Equal(expected, Run(new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [Steps], Behavior = ScalingBehavior.Immediate }, replicas, readings));

    [Fact]
    public void Decide_MinimumAboveZero_KeepsTheRulesOwnAnswerAtAndBelowTheActivation() =>
        Assert.Equal("2 2", Run(new ScalingPolicy { Target = "web", Range = new(1, 50), Rules = [Tracking], Behavior = ScalingBehavior.Immediate }, 4, "0:9 900:9"));

    [Fact]
    public void Decide_AverageWithoutReplicas_IsWokenByWhatTheBalancerCounts()
    {
        var rule = new TargetTrackingRule { Metric = Queue, Kind = TargetKind.AverageValue, Target = 5, Activation = new() { Above = 3, Replicas = 2 } };
        Assert.Equal("0 2", Run(new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [rule], Behavior = ScalingBehavior.Immediate }, 0, "0:3 30:4"));
    }

    [Fact]
    public void Recommend_UnreadableMetric_CannotSay()
    {
        foreach (var rule in (ScalingRule[])[Tracking, Backlog, Steps])
        {
            var said = rule.Ask(3, MetricReading.Failed(Queue, "down"));
            Assert.Equal((RecommendationKind.Unavailable, null), (said.Kind, said.Memory));
        }
    }

    [Fact]
    public void Remembers_OnlyWithAnActivation()
    {
        Assert.All((ScalingRule[])[Tracking, Backlog, Steps], rule => Assert.True(rule.Remembers));
        Assert.All((ScalingRule[])[Tracking with { Activation = null }, Backlog with { Activation = null }, Steps with { Activation = null }], rule => Assert.False(rule.Remembers));
    }

    [Fact]
    public void Decide_AnyReadings_HasReplicasAboveTheActivationAndNoneOnlyAfterTheIdleTime() =>
        Gen.Select(Gen.Int[0, 20], Gen.Select(Gen.Int[1, 200], Gen.Double[0, 20]).Array[1, 30], Gen.Int[0, 2]).Sample((replicas, ticks, which) =>
        {
            ScalingRule rule = which == 0 ? Tracking : which == 1 ? Backlog : Steps;
            var policy = new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [rule], Behavior = ScalingBehavior.Immediate };
            var (state, now, low) = (ScalingState.New, Start, (DateTimeOffset?)null);
            foreach (var (seconds, value) in ticks)
            {
                now += TimeSpan.FromSeconds(seconds);
                low = value > 10 ? null : low ?? now;
                var decision = Decide(policy, state, replicas, value, now);
                state = state.After(decision, ScaleOutcome.Applied);
                if (value > 10) Assert.True(decision.To > 0);
                else if (replicas > 0) Assert.Equal(now - low >= TimeSpan.FromMinutes(5), decision.To == 0);
                else Assert.Equal(0, decision.To);
                if (decision.To == 0) low = null;
                replicas = decision.To;
            }
        });

    [Fact]
    public void Explain_AroundTheActivation_SaysWhatWouldWakeItAndUntilWhenItWaits()
    {
        var policy = new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [Tracking], Behavior = ScalingBehavior.Immediate };
        Assert.Contains("queue is 9, not above 10, from which on there is something to do: 'queue' asks for no change.", Decide(policy, ScalingState.New, 0, 9, Start).Explain(), StringComparison.Ordinal);
        Assert.Contains("queue is 10.5, above 10, from which on there is something to do: 'queue' asks for 4.",
            Decide(policy with { Rules = [Tracking with { Activation = new() { Above = 10, Replicas = 4 } }] }, ScalingState.New, 0, 10.5, Start).Explain(), StringComparison.Ordinal);
        Assert.Contains("queue is 0, and 0 replicas need it to be no more than 10 for 5m: 'queue' asks for 1 until 2026-01-01 12:05:00Z (5m).",
            Decide(policy, ScalingState.New, 4, 0, Start).Explain(), StringComparison.Ordinal);
    }

    // What is in flight keeps its replicas: at least as many as there are items or replicas, and never 0.
    [Theory]
    [InlineData(7, 0, 7, 7)]
    [InlineData(7, 0, 3, 3)]
    [InlineData(7, 0, 70, 7)]
    [InlineData(0, 0, 2, 1)]
    [InlineData(7, 0, 0, 0)]
    [InlineData(2, 600, 1, 10)]
    public void Recommend_ItemsInFlight_KeepTheReplicasThatMayWorkOnThem(int current, double waiting, double inFlight, int expected)
    {
        var rule = new BacklogRule { Metric = Queue, InFlightMetric = "busy", ThroughputPerReplica = 1 };
        Assert.Equal(expected, rule.Ask(current, Queue.Reading(waiting), new MetricRef("busy").Reading(inFlight)).Replicas);
        Assert.Equal<MetricRef>([Queue, "busy"], rule.Metrics);
        var said = rule.Ask(current, Queue.Reading(waiting), MetricReading.Failed("busy", "down"));
        Assert.Equal(waiting > 0 ? (RecommendationKind.Replicas, 10) : (RecommendationKind.Unavailable, 0), (said.Kind, said.Replicas));
    }

    [Fact]
    public void Decide_IdleTimeBeyondAllTimes_NeverGoesToZero()
    {
        var rule = Tracking with { Activation = new() { Above = 10, IdleTime = TimeSpan.MaxValue } };
        Assert.Equal("1 1", Run(new ScalingPolicy { Target = "web", Range = new(0, 50), Rules = [rule], Behavior = ScalingBehavior.Immediate }, 3, "0:0 9000:0"));
    }

    [Fact]
    public void Decide_ItemsInFlightBelowTheActivation_AreNoIdleness()
    {
        var rule = new BacklogRule { Metric = Queue, InFlightMetric = "busy", ThroughputPerReplica = 1, Activation = new() { Above = 0, IdleTime = TimeSpan.Zero } };
        var context = new RuleContext(new() { Replicas = ReplicaStatus.AllReady(7), Metrics = new(Queue.Reading(0), new MetricRef("busy").Reading(7)) }, RuleTesting.Now) { Range = new(0, 10) };
        Assert.Equal(7, rule.Recommend(context).Replicas);
    }

    [Fact]
    public void Activation_ValuesThatBreakTheirRules_AreNamed()
    {
        RuleTesting.AssertInvalid("Activation must be a finite number, but is NaN.", () => new Activation { Above = double.NaN });
        RuleTesting.AssertInvalid("ActivationReplicas must be at least 1, but is 0.", () => new Activation { Above = 1, Replicas = 0 });
        RuleTesting.AssertInvalid("IdleTime must be at least 0, but is -1s.", () => new Activation { Above = 1, IdleTime = TimeSpan.FromSeconds(-1) });
    }

    private static string Run(ScalingPolicy policy, int replicas, string readings)
    {
        var state = ScalingState.New;
        var counts = new List<int>();
        foreach (var (at, value) in readings.Split(' ').Select(r => r.Split(':')).Select(p => (int.Parse(p[0], null), double.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture))))
        {
            var decision = Decide(policy, state, replicas, value, Start + TimeSpan.FromSeconds(at));
            state = ScalingState.FromJson(state.After(decision, ScaleOutcome.Applied).ToJson());
            counts.Add(replicas = decision.To);
        }

        return string.Join(' ', counts);
    }

    private static ScalingDecision Decide(ScalingPolicy policy, ScalingState state, int replicas, double value, DateTimeOffset now) =>
        ScalingDecisionEngine.Decide(policy, state, new() { Replicas = ReplicaStatus.AllReady(replicas), Metrics = new(MetricReading.Available(Queue, value, now)) }, now);
}
