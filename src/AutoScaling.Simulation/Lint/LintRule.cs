namespace AutoScaling.Simulation.Lint;

/// <summary>One rule of the policy under check.</summary>
/// <param name="Index">Where it is among the policy's rules.</param>
/// <param name="Rule">The rule; one of the user's own in a form that cannot throw.</param>
/// <param name="Description">What it tells of itself; <see langword="null"/>: nothing, so that only its answers are known.</param>
internal sealed record LintRule(int Index, ScalingRule Rule, RuleDescription? Description)
{
    /// <summary>Whether it may narrow the range: by its description, or, without one, perhaps.</summary>
    public bool MayBound => Description is null or { Count.Kind: not RecommendationKind.Replicas };

    /// <summary>One of its settings as findings name it.</summary>
    public string Path(string setting) => $"rules[{Index}].{setting}";
}
