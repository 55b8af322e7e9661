using AutoScaling.Tests.Deciding;

namespace AutoScaling.Tests.Field;

/// <summary>
/// Every rule with every fault of a reading, every preset, every readiness and every way to combine: whatever cannot be trusted never takes a
/// replica away, nor does the first reading afterwards.
/// </summary>
public sealed class FaultMatrixTests
{
    private const int Replicas = 10;
    private const int Interval = 30;

    private static readonly MetricRef Metric = "load";

    // Each rule with a reading at which it asks for the ten replicas that are there.
    private static readonly (string Name, ScalingRule Rule, double Steady)[] Rules =
    [
        ("threshold", new ThresholdRule { CpuMetric = Metric }, 50),
        ("utilization", new TargetTrackingRule { Metric = Metric, Target = 60 }, 60),
        ("average", new TargetTrackingRule { Metric = Metric, Target = 60, Kind = TargetKind.AverageValue }, 60),
        ("total", new TargetTrackingRule { Metric = Metric, Target = 600, Kind = TargetKind.TotalValue }, 600),
        ("total per replica", new TargetTrackingRule { Metric = Metric, Target = 60, Kind = TargetKind.TotalPerReplica }, 600),
        ("step", new StepRule { Metric = Metric, Steps = [new() { Below = 30, Amount = -1 }, new() { From = 80, Amount = 2 }] }, 50),
        ("step of a total", new StepRule { Metric = Metric, IsTotal = true, Steps = [new() { Below = 30, Amount = 1, Adjustment = StepAdjustment.To }] }, 50),
        ("backlog", new BacklogRule { Metric = Metric, ThroughputPerReplica = 1, DrainTime = TimeSpan.FromSeconds(60) }, 600),
        ("forecast", new ForecastRule { Metric = Metric, Target = 60, Mode = ForecastMode.Full }, 60),
    ];

    private static readonly (string Name, Func<DateTimeOffset, MetricReading?> Of)[] Faults =
    [
        ("absent", _ => null),
        ("missing", _ => MetricReading.Missing(Metric, "there is none")),
        ("failed", _ => MetricReading.Failed(Metric, "it is down")),
        ("stale", now => MetricReading.Available(Metric, 1, now.AddMinutes(-10))),
        ("in the future", now => MetricReading.Available(Metric, 1, now.AddMinutes(10))),
        ("said to be stale", now => MetricReading.Available(Metric, 1, now).AsStale("it is old")),
        ("NaN", now => MetricReading.Available(Metric, double.NaN, now)),
        ("infinite", now => MetricReading.Available(Metric, double.NegativeInfinity, now)),
        ("-1", now => MetricReading.Available(Metric, -1, now)),
        ("least int64", now => MetricReading.Available(Metric, long.MinValue, now)),
        ("least int64 in thousandths", now => MetricReading.Available(Metric, long.MinValue / 1000.0, now)),
        ("least double", now => MetricReading.Available(Metric, double.MinValue, now)),
    ];

    private static readonly (string Name, ReplicaStatus Status)[] Readiness =
    [
        ("all ready", ReplicaStatus.AllReady(Replicas)),
        ("none ready", new() { Desired = Replicas, Unready = Replicas }),
        ("half ready", new() { Desired = Replicas, Ready = 5, Unready = 5 }),
        ("half starting", new() { Desired = Replicas, Ready = 5, Starting = 5 }),
        ("some ending", new() { Desired = Replicas, Ready = Replicas, Terminating = 5, Existing = 15 }),
    ];

    public static TheoryData<string> Names => [.. Rules.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhatCannotBeTrusted_TakesNoReplicaAway(string rule)
    {
        var (_, asked, steady) = Rules.Single(r => r.Name == rule);
        var combinations = 0;
        foreach (var preset in new[] { ScalingBehavior.Default, ScalingBehavior.Kubernetes, ScalingBehavior.Immediate })
        {
            foreach (var combine in Enum.GetValues<RuleCombination>())
            {
                foreach (var (readiness, status) in Readiness)
                {
                    foreach (var (fault, of) in Faults)
                    {
                        combinations++;
                        Run(new() { Target = "web", Range = new(1, 50), Rules = [asked, new FixedRule { Replicas = 1 }], Combine = combine, Behavior = preset }, status, steady, of, $"{fault}, {readiness}, {combine}");
                    }
                }
            }
        }

        Assert.Equal(540, combinations); // 4,860 with all rules
    }

    private static void Run(ScalingPolicy policy, ReplicaStatus status, double steady, Func<DateTimeOffset, MetricReading?> fault, string what)
    {
        var state = ScalingState.New;
        var at = Story.Start;
        ScalingDecision Decide(MetricReading? reading)
        {
            at = at.AddSeconds(Interval);
            var seen = new ScalingObservation { Replicas = status, Metrics = reading is null ? ServiceMetrics.Empty : new([reading]) };
            var decision = ScalingDecisionEngine.Decide(policy, state, seen, at);
            state = state.After(decision, ScaleOutcome.Unchanged); // nobody carries it out, so that the replicas stay as they are
            return decision;
        }

        MetricReading Good(double value) => MetricReading.Available(Metric, value, at.AddSeconds(Interval));
        for (var i = 0; i < 10; i++) Decide(Good(steady));
        for (var i = 0; i < 10; i++)
        {
            var decision = Decide(fault(at.AddSeconds(Interval)));
            Assert.True(decision.To >= Replicas, $"{what}: {decision.Explain()}");
        }

        // Whoever was blind does not know what there was: with a window or a cooldown the first low reading changes nothing.
        var first = Decide(Good(0.001));
        if (policy.Behavior.ScaleDown is { Cooldown.Ticks: 0, StabilizationWindow.Ticks: 0 }) return;
        Assert.True(first.To >= Replicas, $"{what}, then low: {first.Explain()}");
    }
}
