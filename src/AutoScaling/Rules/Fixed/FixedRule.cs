using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Always asks for the same count.</summary>
public sealed record FixedRule : ScalingRule
{
    /// <inheritdoc/>
    public override string Name { get; init; } = "fixed";

    /// <summary>The count to ask for.</summary>
    /// <value>At least 0.</value>
    public required int Replicas
    {
        get;
        init => field = Bounds.Count.Check(value, nameof(Replicas));
    }

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    /// <inheritdoc/>
    public override RuleDescription Describe() =>
        new() { Count = new() { Setting = "replicas", Kind = RecommendationKind.Replicas, Replicas = Replicas } };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context) =>
        new(RecommendationKind.Replicas, RecommendationReason.Fixed, Replicas);
}
