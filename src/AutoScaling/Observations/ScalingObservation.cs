namespace AutoScaling;

/// <summary>Everything that is known of a target at one instant: its replicas and its readings.</summary>
public sealed record ScalingObservation
{
    /// <summary>The replicas.</summary>
    public required ReplicaStatus Replicas { get; init; }

    /// <summary>The readings of every metric that the policy uses.</summary>
    public ServiceMetrics Metrics { get => field ?? ServiceMetrics.Empty; init; }

    /// <summary>For how many replicas there is room, if somebody else than the scaler knows.</summary>
    /// <value>
    /// <see langword="null"/> by default: then <see cref="ReplicaStatus.Headroom"/> counts, and if the scaler does not say either, the
    /// policy's range is the only bound.
    /// </value>
    public Headroom? Headroom { get; init; }
}
