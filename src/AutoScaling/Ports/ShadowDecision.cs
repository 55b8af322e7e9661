namespace AutoScaling;

/// <summary>What a shadow decided in one evaluation. It was not carried out.</summary>
public sealed record ShadowDecision
{
    /// <summary>The name of the shadow.</summary>
    public required string Name { get; init; }

    /// <summary>What it decided; <see langword="null"/> if a rule of its own threw.</summary>
    public ScalingDecision? Decision { get; init; }

    /// <summary>Whether it wants other replicas than the policy does.</summary>
    public bool Differs { get; init; }

    /// <summary>What went wrong with it, as a sentence; <see langword="null"/> if nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>The decision, or the error, in plain sentences.</summary>
    public string Explain() => Decision is null ? Error ?? "" : $"Shadow '{Name}' would decide: {Decision.Explain()}";
}
