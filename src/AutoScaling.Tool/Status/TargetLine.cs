namespace AutoScaling.Tool.Status;

/// <summary>How a target stood when it was written of last.</summary>
internal sealed record TargetLine
{
    public required string Target { get; init; }

    /// <summary>When; <see langword="null"/> if nothing was ever scaled.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The replicas that were ready; <see langword="null"/> if that is not known.</summary>
    public int? Ready { get; init; }

    /// <summary>The replicas that there should be; <see langword="null"/> if that is not known.</summary>
    public int? Wanted { get; init; }

    /// <summary>What became of the decision, as one word; <see langword="null"/> if that is not known.</summary>
    public string? Outcome { get; init; }

    /// <summary>What a person has said; <see langword="null"/> if nobody has.</summary>
    public string? Override { get; init; }

    /// <summary>Why it stands so.</summary>
    public string? Explanation { get; init; }

    /// <summary>Whether it could not be evaluated or scaled.</summary>
    public bool IsTrouble { get; init; }
}
