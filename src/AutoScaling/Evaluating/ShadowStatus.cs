namespace AutoScaling;

/// <summary>How one shadow stands, since it and the policy beside it last changed.</summary>
public sealed record ShadowStatus
{
    /// <summary>The candidate.</summary>
    public required ShadowPolicy Shadow { get; init; }

    /// <summary>The name of the shadow.</summary>
    public string Name => Shadow.Name;

    /// <summary>What it decided last; <see langword="null"/> before the first evaluation.</summary>
    public ShadowDecision? Last { get; init; }

    /// <summary>How often it decided.</summary>
    public int Decisions { get; init; }

    /// <summary>How often it wanted other replicas than the policy did.</summary>
    public int Differences { get; init; }

    /// <summary>When it first decided; <see langword="null"/> if it has not.</summary>
    public DateTimeOffset? Since { get; init; }
}
