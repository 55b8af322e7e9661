using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// For how many replicas there is room, where somebody knows: a quota, a budget, the nodes of a cluster. Above it nothing is scaled up.
/// </summary>
public sealed record Headroom
{
    /// <summary>The most replicas for which there is room.</summary>
    /// <value>At least 0.</value>
    /// <exception cref="ScalingException">It is negative (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public required int Most
    {
        get;
        init => field = Bounds.Count.Check(value, nameof(Most));
    }

    /// <summary>Why there is no more room, as the end of a sentence: <c>the quota of team-a allows 6 CPUs</c>.</summary>
    public required string Because { get; init; }
}
