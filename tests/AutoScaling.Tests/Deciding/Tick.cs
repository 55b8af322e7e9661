using System.Collections.Immutable;

namespace AutoScaling.Tests.Deciding;

/// <summary>One evaluation of a random run. Times in the observation are relative to <see cref="Epoch"/>, which stands for the time of the evaluation.</summary>
internal sealed record Tick(TimeSpan Passed, int? Foreign, ScalingObservation Template, ScaleOutcomeKind Outcome)
{
    public static readonly DateTimeOffset Epoch = new(2026, 3, 29, 0, 50, 0, TimeSpan.Zero);

    /// <summary>The observation as it is at a time, of a target that should have so many replicas.</summary>
    public ScalingObservation Observe(DateTimeOffset now, int desired)
    {
        var shift = now - Epoch;
        var replicas = Template.Replicas with
        {
            Desired = desired,
            Members = [.. Template.Replicas.Members.Select(m => m with { StartedAt = m.StartedAt + shift, ReadinessChangedAt = m.ReadinessChangedAt + shift })],
        };
        return new() { Replicas = replicas, Metrics = new([.. Template.Metrics.Select(r => Shifted(r, shift))]) };
    }

    private static MetricReading Shifted(MetricReading reading, TimeSpan shift) => reading.Status is MetricStatus.Available or MetricStatus.Stale
        ? new(reading.Metric, reading.Status, reading.Value, reading.At + shift, reading.Reason, Shifted(reading.Replicas, shift))
        : reading;

    private static ImmutableArray<ReplicaReading> Shifted(ImmutableArray<ReplicaReading> readings, TimeSpan shift) =>
        [.. readings.Select(r => new ReplicaReading(r.Name, r.Value, r.Request, r.At + shift, r.Window))];
}

/// <summary>What was decided at one tick, and all that it was decided from.</summary>
internal sealed record Evaluation(ScalingPolicy Policy, ScalingState Before, ScalingObservation Observation, DateTimeOffset Now, ScalingDecision Decision, ScaleOutcome Outcome)
{
    public ScalingState After { get; } = Before.After(Decision, Outcome);

    /// <summary>The replicas that were really added or removed.</summary>
    public int Change => Outcome.Kind == ScaleOutcomeKind.Applied ? Decision.To - Decision.From : 0;

    public bool WasOutOfRange => Decision.Steps.Any(s => s.Guard == ScalingGuard.OutOfRange);

    public bool WasOff => Decision.Steps.Any(s => s.Guard == ScalingGuard.SwitchedOff);

    /// <summary>Plays ticks one after the other, as the loop does.</summary>
    public static List<Evaluation> Play(ScalingPolicy policy, int replicas, IEnumerable<Tick> ticks) => Play(_ => policy, replicas, ticks);

    /// <summary>The same, with a policy that changes from tick to tick.</summary>
    public static List<Evaluation> Play(Func<int, ScalingPolicy> policies, int replicas, IEnumerable<Tick> ticks)
    {
        var run = new List<Evaluation>();
        var now = Tick.Epoch;
        var state = ScalingState.New;
        foreach (var tick in ticks)
        {
            now += tick.Passed;
            replicas = tick.Foreign ?? replicas;
            var policy = policies(run.Count);
            var observation = tick.Observe(now, replicas);
            var decision = ScalingDecisionEngine.Decide(policy, state, observation, now);
            var outcome = decision.Direction == ScaleDirection.Stay ? ScaleOutcome.Unchanged : new() { Kind = tick.Outcome, Reason = "the tick says so" };
            run.Add(new(policy, state, observation, now, decision, outcome));
            state = run[^1].After;
            if (outcome.Kind == ScaleOutcomeKind.Applied) replicas = decision.To;
        }

        return run;
    }

    public override string ToString() => $"{Now:o} {Decision.ToJson()} {Outcome}";
}
