namespace AutoScaling.Rules;

/// <summary>Which replicas are so young that their readings say more about their start than about the load.</summary>
/// <param name="InitializationPeriod">How long after its start a replica's reading counts only if all of it was measured while the replica
/// was ready.</param>
/// <param name="InitialReadinessDelay">How long after its start a replica that never became ready still counts as starting.</param>
internal readonly record struct Warmup(TimeSpan InitializationPeriod, TimeSpan InitialReadinessDelay)
{
    /// <summary>The default of every rule's initialization period.</summary>
    public static readonly TimeSpan UsualPeriod = TimeSpan.FromMinutes(5);

    /// <summary>The default of every rule's initial readiness delay.</summary>
    public static readonly TimeSpan UsualReadinessDelay = TimeSpan.FromSeconds(30);

    /// <summary>Whether the replica does not count as ready for its reading.</summary>
    /// <remarks>Source: <c>groupPods</c> of the Kubernetes HPA, to which a replica that does not say when it started has not.</remarks>
    public bool IsUnready(in Replica member, in ReplicaReading reading, DateTimeOffset now)
    {
        if (member.Readiness == ReplicaReadiness.NotReported || member.StartedAt is not { } started) return true;
        if (now - started < InitializationPeriod) return IsColoured(member, started, reading);

        // An older one that is not ready counts as starting only if it never was ready.
        return member.Readiness == ReplicaReadiness.NotReady && (member.ReadinessChangedAt ?? started) - started < InitialReadinessDelay;
    }

    /// <summary>Whether the replica is known to be young, and its reading, if it has one, is coloured by its start.</summary>
    public bool IsWarming(in Replica member, in ReplicaReading reading, DateTimeOffset now) =>
        member.StartedAt is { } started && now - started < InitializationPeriod && IsColoured(member, started, reading);

    /// <summary>The reading of a young replica must not reach back to before it was ready.</summary>
    private static bool IsColoured(in Replica member, DateTimeOffset started, in ReplicaReading reading) =>
        member.Readiness == ReplicaReadiness.NotReady || reading.At - (member.ReadinessChangedAt ?? started) < reading.Window;
}
