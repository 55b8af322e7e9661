namespace AutoScaling.Kubernetes;

/// <summary>How one target of a ScalingPolicy stands, as the autoscaler has written it into the status.</summary>
public sealed record ScalingPolicyLine
{
    /// <summary>The ScalingPolicy: its namespace and name.</summary>
    public required string Resource { get; init; }

    /// <summary>The target's name, as the autoscaler has it; that of the ScalingPolicy where its targets are not known.</summary>
    public required string Target { get; init; }

    /// <summary>The least replicas; <see langword="null"/> if that is not known.</summary>
    public int? Min { get; init; }

    /// <summary>The most replicas; <see langword="null"/> if that is not known.</summary>
    public int? Max { get; init; }

    /// <summary>The replicas that are wanted; <see langword="null"/> if that is not known.</summary>
    public int? Desired { get; init; }

    /// <summary>The replicas that are ready; <see langword="null"/> if that is not known.</summary>
    public int? Ready { get; init; }

    /// <summary>The last decision in a few letters: <c>stay</c>, <c>up 4-&gt;6</c>; <see langword="null"/> if there is none.</summary>
    public string? Decision { get; init; }

    /// <summary>Why it stands so, in sentences.</summary>
    public string? Explanation { get; init; }

    /// <summary>What held the change back; <see langword="null"/> if nothing did.</summary>
    public string? HeldBackBy { get; init; }

    /// <summary>The count that was asked for then.</summary>
    public int? HeldBackFrom { get; init; }

    /// <summary>The count that was let through.</summary>
    public int? HeldBackTo { get; init; }

    /// <summary>Until when it is held back; <see langword="null"/> if time alone does not end it.</summary>
    public DateTimeOffset? HeldBackUntil { get; init; }

    /// <summary>What a person says before all rules; <see langword="null"/> if nobody says anything.</summary>
    public string? Override { get; init; }

    /// <summary>When the number of replicas was changed last; <see langword="null"/> if it never was.</summary>
    public DateTimeOffset? LastScaleTime { get; init; }

    /// <summary>Whether the ScalingPolicy is refused, or the target could not be evaluated or scaled.</summary>
    public bool IsTrouble { get; init; }
}
