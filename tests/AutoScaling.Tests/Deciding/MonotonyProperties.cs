using System.Collections.Immutable;
using CsCheck;

namespace AutoScaling.Tests.Deciding;

/// <summary>More load never asks for fewer replicas.</summary>
public sealed class MonotonyProperties
{
    /// <summary>
    /// Every replica carries more, none less. There are as many replicas as there should be: where some do not exist yet, the HPA's arithmetic counts those that do,
    /// and is not monotonic.
    /// </summary>
    [Fact]
    public void TargetTracking_MoreOnEveryReplica_NeverAsksForFewer() =>
        Gen.Select(
            Gen.OneOf(TargetKind.Utilization, TargetKind.AverageValue),
            Gen.Double[1, 200],
            Gen.Bool.Nullable(),
            Gen.Select(Any.Replica, Gen.Double[0, 300], Gen.Double[0, 300], Gen.Frequency((5, Gen.Const(true)), (1, Gen.Const(false)))).Array[1, 12]).Sample((kind, target, skip, replicas) =>
        {
            var members = replicas.Select((r, i) => r.Item1 with { Name = $"r{i}", IsTerminating = false, Phase = r.Item1.Phase == ReplicaPhase.Pending ? ReplicaPhase.Pending : ReplicaPhase.Running }).ToImmutableArray();
            var rule = new TargetTrackingRule { Metric = MetricRef.Cpu, Kind = kind, Target = target, SkipUnready = skip };
            Recommendation At(Func<double, double, double> load) => rule.Recommend(new(
                new()
                {
                    Replicas = new() { Desired = members.Length, Members = members },
                    Metrics = new(MetricReading.Available(MetricRef.Cpu, 0, Tick.Epoch, [.. replicas.Select((r, i) => new ReplicaReading($"r{i}", r.Item4 ? load(r.Item2, r.Item3) : null, 100, Tick.Epoch))])),
                },
                Tick.Epoch));
            var (less, more) = (At(Math.Min), At(Math.Max));
            Assert.Equal(less.Kind, more.Kind);
            Assert.True(less.Replicas <= more.Replicas, $"{less} but {more}");
        }, iter: 4 * Any.Runs);

    /// <summary>Through the guards too: of two targets alike, the one with more load is never decided lower.</summary>
    [Fact]
    public void Decide_MoreLoad_IsNeverDecidedLower() =>
        Gen.Select(Any.Behavior, Gen.Int[1, 40], Gen.Select(Gen.Double[0, 400], Gen.Double[0, 90]).Array[0, 10], Gen.Double[0, 300], Gen.Double[0, 300]).Sample((behavior, replicas, past, a, b) =>
        {
            var story = new Story(behavior, replicas, max: 50);
            story.Policy = story.Policy with { Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 60 }] };
            var at = 0.0;
            foreach (var (passed, load) in past) story.Sees(at += passed, load);
            Assert.True(To(Math.Min(a, b)) <= To(Math.Max(a, b)), $"{To(Math.Min(a, b))} but {To(Math.Max(a, b))}");

            int To(double load) => ScalingDecisionEngine.Decide(
                story.Policy, story.State, new() { Replicas = ReplicaStatus.AllReady(story.Replicas), Metrics = ServiceMetrics.Of(Story.At(at + 10), load) }, Story.At(at + 10)).To;
        }, iter: 4 * Any.Runs);
}
