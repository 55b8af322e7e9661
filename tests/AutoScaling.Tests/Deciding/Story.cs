namespace AutoScaling.Tests.Deciding;

/// <summary>
/// One target over time, told in seconds: what was wanted or seen, and what the engine made of it. It applies every decision unless told otherwise, and goes on
/// with the state after it, as the loop does.
/// </summary>
internal sealed class Story(ScalingPolicy policy, int replicas)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A story of the bare guards: what is asked of them comes at any distance and from any count, which the safety guards would have their own word on.</summary>
    public Story(ScalingBehavior behavior, int replicas, int min = 1, int max = 100)
        : this(new ScalingPolicy { Target = "web", Range = new(min, max), Behavior = behavior with { SafetyGuards = false } }, replicas)
    {
    }

    public ScalingPolicy Policy { get; set; } = policy;

    public ScalingState State { get; set; } = ScalingState.New;

    public int Replicas { get; set; } = replicas;

    /// <summary>What the scaler answers to a change.</summary>
    public ScaleOutcome Outcome { get; set; } = ScaleOutcome.Applied;

    public static DateTimeOffset At(double seconds) => Start.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    /// <summary>All metrics together ask for a count.</summary>
    public ScalingDecision Wants(double at, int count) =>
        Decide(at, Policy with { Rules = [new FixedRule { Replicas = count }] }, new() { Replicas = ReplicaStatus.AllReady(Replicas) });

    /// <summary>The policy's own rules see CPU use in percent; NaN where it cannot be read.</summary>
    public ScalingDecision Sees(double at, double cpu, double? memory = null) =>
        Decide(at, Policy, new() { Replicas = ReplicaStatus.AllReady(Replicas), Metrics = ServiceMetrics.Of(At(at), cpu, memory) });

    /// <summary>The policy's own rules see something else.</summary>
    public ScalingDecision Sees(double at, params MetricReading[] readings) =>
        Decide(at, Policy, new() { Replicas = ReplicaStatus.AllReady(Replicas), Metrics = new([.. readings]) });

    private ScalingDecision Decide(double at, ScalingPolicy policy, ScalingObservation observation)
    {
        var decision = ScalingDecisionEngine.Decide(policy, State, observation, At(at));
        var outcome = decision.Direction == ScaleDirection.Stay ? ScaleOutcome.Unchanged : Outcome;
        State = State.After(decision, outcome);
        if (outcome.Kind == ScaleOutcomeKind.Applied) Replicas = decision.To;
        return decision;
    }
}
