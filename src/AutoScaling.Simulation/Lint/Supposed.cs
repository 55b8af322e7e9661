namespace AutoScaling.Simulation.Lint;

/// <summary>What lints suppose when they ask rules.</summary>
internal static class Supposed
{
    /// <summary>The time of every supposed evaluation. The year has a 29 February.</summary>
    public static readonly DateTimeOffset Epoch = new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>So many ready replicas, and no reading of any metric.</summary>
    public static ScalingObservation WithoutReadings(int replicas) => new() { Replicas = ReplicaStatus.AllReady(replicas) };

    /// <summary>What a rule of a policy may look at.</summary>
    public static RuleContext Context(ScalingPolicy policy, ScalingObservation observation, DateTimeOffset now) =>
        policy.CreateContext(observation, now);
}
