using System.Collections.Immutable;

namespace AutoScaling.Simulation.Lint;

/// <summary>The engine's answers to one constant load, from whatever number of replicas carries it.</summary>
internal sealed class Trial
{
    private readonly ImmutableArray<Signal> _load;
    private readonly ScalingPolicy _bare;

    /// <summary>Supposes a load.</summary>
    /// <param name="subject">The policy under check, which has rules that ask for counts.</param>
    /// <param name="load">The load.</param>
    /// <param name="replicas">
    /// The replicas that are known to carry it: what rules that do not describe themselves say of other counts is concluded from these.
    /// </param>
    public Trial(LintSubject subject, ImmutableArray<Signal> load, int replicas)
    {
        _load = load;
        (Guarded, _bare) = (subject.Guarded!, subject.Bare!);
        if (subject.Counting.All(rule => rule.Description is not null)) return;

        var seen = Observe(replicas, replicas, Supposed.Epoch);
        ImmutableArray<ScalingRule> rules = [.. subject.Counting.Select(rule => From(rule, seen))];
        Guarded = Guarded with { Rules = rules };
        _bare = _bare with { Rules = rules };
    }

    /// <summary>The policy as it is, without rules that only narrow the range.</summary>
    public ScalingPolicy Guarded { get; }

    /// <summary>What the policy decides if nothing holds it back and all replicas serve.</summary>
    public ScalingDecision Ask(int replicas) =>
        ScalingDecisionEngine.Decide(_bare, ScalingState.New, Observe(replicas, replicas, Supposed.Epoch), Supposed.Epoch);

    /// <summary>The load as it is seen while so many replicas are desired and ready.</summary>
    public ScalingObservation Observe(int desired, int ready, DateTimeOffset now)
    {
        var readings = ImmutableArray.CreateBuilder<MetricReading>(_load.Length);
        foreach (var signal in _load) readings.Add(Read(signal, Math.Min(ready, desired), now));
        return new()
        {
            Replicas = new() { Desired = desired, Ready = Math.Min(ready, desired), Starting = Math.Max(0, desired - ready) },
            Metrics = new(readings.MoveToImmutable()),
        };
    }

    private static ScalingRule From(LintRule rule, ScalingObservation seen) =>
        rule is { Description: null, Rule: ForeignRule foreign } ? foreign with { Base = seen } : rule.Rule;

    private static MetricReading Read(Signal signal, int ready, DateTimeOffset now) =>
        !signal.FallsWithReplicas ? MetricReading.Available(signal.Metric, signal.Amount, now)
        : ready > 0 ? MetricReading.Available(signal.Metric, signal.Amount / ready, now)
        : MetricReading.Missing(signal.Metric, "there are no replicas");
}
