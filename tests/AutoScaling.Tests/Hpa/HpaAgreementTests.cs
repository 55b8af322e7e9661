using System.Collections.Immutable;
using System.Text.Json;
using static AutoScaling.Tests.Hpa.HpaReference;

namespace AutoScaling.Tests.Hpa;

/// <summary>The engine gives the answers of the Kubernetes HPA, case by case.</summary>
public sealed class HpaAgreementTests
{
    private static readonly MetricRef Metric = "m";

    [Fact]
    public void TargetTracking_EveryCalculatorCase_AsksForTheSameReplicasAndReportsTheSameValue()
    {
        var differences = Cases("cases", "kind").Select(c => Difference(c, Calculate(c), c.GetProperty("expected"))).OfType<string>().ToList();
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    [Fact]
    public void Decide_SeveralProposals_CombinesAndHoldsLikeTheHpa()
    {
        foreach (var c in Cases("cases", "proposals"))
        {
            var current = c.Int("currentReplicas")!.Value;
            var rules = c.GetProperty("proposals").EnumerateArray().Select(p => new ProposalRule(p.ValueKind == JsonValueKind.Null ? null : p.GetInt32()));
            AssertCombined(c, Decide([.. rules], new() { Replicas = ReplicaStatus.AllReady(current) }, ScalingBehavior.Immediate));
        }
    }

    [Fact]
    public void Decide_SeveralKindsOfMetrics_CombinesAndHoldsLikeTheHpa()
    {
        foreach (var c in Cases("mixedCases", "metrics"))
        {
            var metrics = c.GetProperty("metrics").EnumerateArray().ToList();
            var tolerance = new DirectionBehavior { Tolerance = c.GetProperty("tolerance").GetDouble() };
            var observation = new ScalingObservation
            {
                Replicas = new() { Desired = c.Int("currentReplicas")!.Value, Existing = c.Int("currentReplicas")!.Value, Members = c.Replicas() },
                Metrics = new([.. metrics.Select((m, i) => MixedReading(c, m, $"m{i}"))]),
            };
            var decision = Decide(
                [.. metrics.Select((m, i) => Rule(c, m, $"m{i}", m.Text("kind")! == "resourceUtilization"))],
                observation,
                new() { ScaleUp = tolerance, ScaleDown = tolerance, FlapGuard = false });

            var proposals = decision.Recommendations.Select(r => r.Kind == RecommendationKind.Replicas ? (int?)r.Replicas : null);
            Assert.Equal(c.GetProperty("proposals").EnumerateArray().Select(p => p.ValueKind == JsonValueKind.Null ? null : (int?)p.GetInt32()), proposals);
            AssertCombined(c, decision);
        }
    }

    [Fact]
    public void Decide_EverySequence_StabilizesAndLimitsLikeTheHpa()
    {
        foreach (var sequence in Cases("sequences", "t"))
        {
            int[] Numbers(string name) => [.. sequence.GetProperty(name).EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Null ? -1 : e.GetInt32())];
            int[] t = Numbers("t"), raw = Numbers("raw"), current = Numbers("current"), desired = Numbers("desired");
            var policy = new ScalingPolicy
            {
                Target = "web",
                Range = new(sequence.Int("minReplicas")!.Value, sequence.Int("maxReplicas")!.Value),
                Behavior = sequence.Behavior("scaleUp", "scaleDown"),
            };

            var state = ScalingState.New;
            for (var i = 0; i < t.Length; i++)
            {
                var decision = ScalingDecisionEngine.Decide(
                    policy with { Rules = [new FixedRule { Replicas = raw[i] }] }, state, new() { Replicas = ReplicaStatus.AllReady(current[i]) }, Now.AddSeconds(t[i]));
                Assert.True(desired[i] == decision.To, $"{sequence.Text("id")}, step {i}: the HPA says {desired[i]}, we say {decision.To}. {decision.ToJson()}");
                state = state.After(decision, decision.To == decision.From ? ScaleOutcome.Unchanged : ScaleOutcome.Applied);

                // A restart with the saved state changes nothing.
                if (i % 3 == 2) state = ScalingState.FromJson(state.ToJson());
            }
        }
    }

    [Fact]
    public void RateLimits_EveryUnitCase_LimitLikeTheHpa()
    {
        foreach (var c in Cases("cases", "unit").Where(c => c.Text("unit") == "rateLimit"))
        {
            Timeline? changes = null;
            foreach (var (at, value) in Events(c, "scaleUpEvents", 1).Concat(Events(c, "scaleDownEvents", -1)).OrderBy(e => e.At)) changes = Timeline.Add(changes, at, value);
            var state = new ScalingState(1, 0, 0) { Changes = changes };
            var trail = new GuardTrail { Range = new(0, int.MaxValue) };
            var current = c.Int("currentReplicas")!.Value;
            var count = Guards.RateLimits(
                ref trail, c.Int("desiredReplicas")!.Value, current, c.Behavior("scaleUpEffective", "scaleDownEffective"), state, Now.UtcTicks);
            count = new ReplicaRange(c.Int("minReplicas")!.Value, c.Int("maxReplicas")!.Value).Clamp(count);
            Assert.True(c.Int("expectedReplicas") == count, $"{c.Text("name")}: the HPA says {c.Int("expectedReplicas")}, we say {count}.");
        }
    }

    [Fact]
    public void Stabilization_EveryUnitCase_StabilizesLikeTheHpa()
    {
        foreach (var c in Cases("cases", "unit").Where(c => c.Text("unit") == "stabilizeBehavior"))
        {
            Timeline? highs = null, lows = null;
            foreach (var (at, value) in Events(c, "recommendations", 1).OrderBy(e => e.At))
            {
                highs = Timeline.AddToHighs(highs, at, value);
                lows = Timeline.AddToLows(lows, at, value);
            }

            var behavior = new ScalingBehavior
            {
                ScaleUp = new() { StabilizationWindow = TimeSpan.FromSeconds(c.Int("scaleUpWindowSeconds")!.Value) },
                ScaleDown = new() { StabilizationWindow = TimeSpan.FromSeconds(c.Int("scaleDownWindowSeconds")!.Value) },
            };
            var trail = new GuardTrail { Range = new(0, int.MaxValue) };
            var count = Guards.Stabilize(
                ref trail, c.Int("desiredReplicas")!.Value, c.Int("currentReplicas")!.Value, behavior, new(1, 0, 0) { Highs = highs, Lows = lows }, Now.UtcTicks);
            Assert.True(c.Int("expectedStabilized") == count, $"{c.Text("name")}: the HPA says {c.Int("expectedStabilized")}, we say {count}.");
        }
    }

    private static Recommendation Calculate(JsonElement c)
    {
        var kind = c.Text("kind")!;
        var current = c.Int("currentReplicas")!.Value;
        var observation = new ScalingObservation
        {
            Replicas = new() { Desired = current, Existing = kind.EndsWith("AverageValue", StringComparison.Ordinal) ? current : c.Replicas().Length, Members = c.Replicas() },
            Metrics = new(c.Flag("metricFetchFails") ? MetricReading.Failed(Metric, "the source failed") : Reading(c, kind)),
        };
        var policy = new ScalingPolicy
        {
            Target = "web",
            Behavior = new()
            {
                ScaleUp = new() { Tolerance = c.GetProperty("toleranceUp").GetDouble() },
                ScaleDown = new() { Tolerance = c.GetProperty("toleranceDown").GetDouble() },
            },
        };
        return Rule(c, c, Metric, c.Text("resource") == "cpu").Recommend(policy.CreateContext(observation, Now));
    }

    private static MetricReading Reading(JsonElement c, string kind)
    {
        if (kind is "resourceUtilization" or "resourceAverageValue" or "podsAverageValue") return c.Readings(Metric, "metricMilli");
        if (c.GetProperty("metricValuesMilli").GetArrayLength() == 0) return MetricReading.Missing(Metric, "the source returned no readings");
        var sum = c.GetProperty("metricValuesMilli").EnumerateArray().Aggregate(Int128.Zero, (s, v) => s + v.GetInt64());
        return MetricReading.Available(Metric, FixedPoint.Saturate(sum) / 1000.0, Now);
    }

    private static MetricReading MixedReading(JsonElement c, JsonElement metric, MetricRef name) => metric.Flag("fails")
        ? MetricReading.Failed(name, "the source failed")
        : metric.Text("kind") switch
        {
            "resourceUtilization" => c.Readings(name, "metricMilli"),
            "podsAverageValue" => c.Readings(name, "customMetricMilli"),
            _ => MetricReading.Available(name, metric.Thousandths("valueMilli")!.Value, Now),
        };

    private static TargetTrackingRule Rule(JsonElement c, JsonElement metric, MetricRef name, bool cpu) => new()
    {
        Metric = name,
        Kind = metric.Text("kind") switch
        {
            "resourceUtilization" => TargetKind.Utilization,
            "resourceAverageValue" or "podsAverageValue" => TargetKind.AverageValue,
            "objectValue" or "externalValue" => TargetKind.TotalValue,
            _ => TargetKind.TotalPerReplica,
        },

        // One case has no target, since its error comes before a target is looked at.
        Target = metric.Int("targetUtilizationPercent") is { } percent ? Math.Max(percent, 1) : metric.Thousandths("targetMilli")!.Value,
        SkipUnready = cpu,
        InitializationPeriod = TimeSpan.FromSeconds(c.Int("cpuInitializationPeriodSeconds")!.Value),
        InitialReadinessDelay = TimeSpan.FromSeconds(c.Int("initialReadinessDelaySeconds")!.Value),
    };

    private static string? Difference(JsonElement c, Recommendation ours, JsonElement expected)
    {
        var error = expected.Text("error");
        var reason = error switch
        {
            null => null,
            "noMetricsReturned" => RecommendationReason.MetricMissing,
            "noMetricsForReadyPods" => RecommendationReason.NoReadyReplicas,
            "noMetricsMatchKnownPods" => RecommendationReason.NoMatchingReplicas,
            "noPods" => RecommendationReason.NoReplicas,
            "missingRequest" => RecommendationReason.MissingRequest,
            "metricFetchFailed" or "containerNotInMetrics" => (RecommendationReason?)RecommendationReason.MetricFailed,
            _ => throw new InvalidOperationException($"There is no reason for the HPA's error '{error}'."),
        };
        var same = reason is not null
            ? ours.Kind == RecommendationKind.Unavailable && ours.Reason == reason
            : ours.Kind == RecommendationKind.Replicas
                && ours.Replicas == expected.Int("replicas")
                && (expected.Int("utilizationPercent") is not { } percent ? SameValue(ours.Value, expected) : ours.Value == percent);
        return same ? null : $"{c.Text("id")} ({c.Text("kind")}): the HPA says {expected}, we say {ours}.";
    }

    private static bool SameValue(double? value, JsonElement expected) => !expected.TryGetProperty("valueMilli", out var milli)
        || new FixedPoint(1).Of(value!.Value) == milli.GetInt64();

    private static void AssertCombined(JsonElement c, ScalingDecision decision)
    {
        var expected = c.GetProperty("expected");
        var stopped = expected.TryGetProperty("error", out _);
        Assert.True(decision.Recommended == expected.Int("replicas"), $"{c.Text("id")}: the HPA says {expected}, we say {decision.Recommended}.");
        Assert.Equal(stopped ? decision.From : decision.Range.Clamp(expected.Int("replicas")!.Value), decision.To);
        if (!stopped) Assert.Equal(expected.Flag("partialError"), decision.Recommendations.Any(r => r.Kind == RecommendationKind.Unavailable));
    }

    private static ScalingDecision Decide(ImmutableArray<ScalingRule> rules, ScalingObservation observation, ScalingBehavior behavior) =>
        ScalingDecisionEngine.Decide(
            new() { Target = "web", Range = new(1, 1000), Rules = rules, Behavior = behavior }, ScalingState.New, observation, Now);

    private static IEnumerable<(long At, int Value)> Events(JsonElement c, string name, int sign) => c.TryGetProperty(name, out var events)
        ? events.EnumerateArray().Select(e => (e.Ago("secondsAgo")!.Value.UtcTicks, sign * e.Int("value")!.Value))
        : [];

    private sealed record ProposalRule(int? Proposal) : ScalingRule
    {
        public override string Name { get; init; } = "proposal";

        public override Recommendation Recommend(in RuleContext context) =>
            Proposal is { } replicas ? Recommendation.For(replicas, "the case says so") : Recommendation.Unavailable("the case says so");
    }
}
