using System.Globalization;
using AutoScaling.Tests.Deciding;
using CsCheck;

namespace AutoScaling.Tests.Policies;

/// <summary>A sentence is the same whatever culture the thread has: that of Germany, with another sign for negative numbers on top.</summary>
public sealed class CultureTests
{
    private static readonly CultureInfo Other =
        new("") { NumberFormat = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", NegativeSign = "~", PercentDecimalSeparator = ",", PositiveInfinitySymbol = "∞" } };

    [Fact]
    public void ParseYaml_EverySentenceOfErrors_IsTheSame()
    {
        var documents = ErrorTests.Settings.Select(row => $"policies: [ {{ service: web, {row.Data.Item1} }} ]")
            .Concat(ErrorTests.Rules.Select(row => $"policies: [ {{ service: web, rules: [ {{ {row.Data.Item1} }} ] }} ]"))
            .Concat(ShadowDocumentTests.Errors.Select(row => $"policies: [ {{ service: web, max: 8, shadows: [ {{ {row.Data.Item1} }} ] }} ]"))
            .Append("{ version: -3, policies: [] }")
            .Append("policies: [ { service: web, rules: [ { type: step, metric: m, steps: [ { to: -1 } ] } ], metrics: { m: { atLeast: -1.5, atMost: -2.5 } } } ]")
            .Append("policies: [ { service: web, min: -4, behavior: { scaleUp: { tolerance: -1.5 } } } ]")
            .ToList();
        string[] Errors() => [.. documents.SelectMany(yaml => Assert.Throws<ScalingException>(() => PolicyDocument.ParseYaml(yaml)).Errors)];
        Assert.Equal(Errors(), In(Other, Errors));
    }

    [Fact]
    public void Explain_AnyDecision_IsTheSame() => Any.Run.Sample(run =>
    {
        var (policy, replicas, ticks) = run;
        string[] Sentences()
        {
            var (state, now, current) = (ScalingState.New, Tick.Epoch, replicas);
            var sentences = new List<string>();
            foreach (var tick in ticks)
            {
                now += tick.Passed;
                current = tick.Foreign ?? current;
                var decision = ScalingDecisionEngine.Decide(policy, state, tick.Observe(now, current), now);
                sentences.Add(decision.Explain());
                sentences.Add(decision.ToString());
                sentences.AddRange(tick.Template.Metrics.Select(reading => reading.ToString()));
                state = state.After(decision, ScaleOutcome.Applied);
                current = decision.To;
            }

            return [.. sentences];
        }

        Assert.Equal(Sentences(), In(Other, Sentences));
    });

    [Fact]
    public void Constructors_EverySentenceOfCode_IsTheSame()
    {
        Func<object>[] makers =
        [
            () => new ReplicaRange(-3, 5), () => new ReplicaRange(5, -3), () => new ReplicaRange(0, 4, -1), () => new FixedRule { Replicas = -1 }, () => new ThresholdRule { CpuTarget = -0.5 },
            () => new StepRule { Metric = "m", Steps = [new() { From = 2.5, Below = -1.5, Amount = 1 }] },
            () => new StepRule { Metric = "m", Steps = [new() { Adjustment = StepAdjustment.To, Amount = -2 }] },
            () => new StepRule { Metric = "m", Steps = [new() { Below = -1.5, Amount = 1 }, new() { From = -2.5, Amount = 1 }] },
            () => RateLimit.Replicas(-1, TimeSpan.FromSeconds(1.5)), () => RateLimit.Percent(1, TimeSpan.FromSeconds(-1.5)), () => new ScheduleRule { Replicas = -2 },
            () => new BacklogRule { Metric = "m", ThroughputPerReplica = -1.5 }, () => new Activation { Above = 1, Replicas = -1 }, () => new MetricExpectation { Metric = "m", IfFailedReplicas = -1 },
            () => MissingMeaning.Of(double.NegativeInfinity), () => new ScalingPolicy { Target = "web", Interval = TimeSpan.FromSeconds(-0.5) }, () => new PolicyDefaults { MemoryTarget = -1.5 },
        ];
        string[] Errors() => [.. makers.Select(make => Assert.Throws<ScalingException>(make).Message)];
        Assert.Equal(Errors(), In(Other, Errors));
    }

    private static T In<T>(CultureInfo culture, Func<T> get)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            return get();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
