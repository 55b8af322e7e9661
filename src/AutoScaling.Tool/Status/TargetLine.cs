using System.Collections.Immutable;

namespace AutoScaling.Tool.Status;

/// <summary>How a target stood when it was written of last.</summary>
internal sealed record TargetLine
{
    public required string Target { get; init; }

    /// <summary>When it was evaluated, or of what is only remembered scaled; <see langword="null"/> if that never was.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The replicas that were ready; <see langword="null"/> if that is not known.</summary>
    public int? Ready { get; init; }

    /// <summary>The replicas that there should be; <see langword="null"/> if that is not known.</summary>
    public int? Wanted { get; init; }

    /// <summary>The least and the most replicas; <see langword="null"/> if that is not known.</summary>
    public CountRange? Range { get; init; }

    /// <summary>What became of the decision, as one word; <see langword="null"/> if that is not known.</summary>
    public string? Outcome { get; init; }

    /// <summary>The guard that had the last word on the count; <see langword="null"/> if none held anything back.</summary>
    public HeldBack? HeldBack { get; init; }

    /// <summary>What a person has said; <see langword="null"/> if nobody has.</summary>
    public string? Override { get; init; }

    /// <summary>Why it stands so.</summary>
    public string? Explanation { get; init; }

    /// <summary>Whether it could not be evaluated or scaled.</summary>
    public bool IsTrouble { get; init; }

    /// <summary>Its last evaluations, newest first; empty where more than one target is told of.</summary>
    public ImmutableArray<EvaluationLine> Recent { get; init; } = [];
}

/// <summary>The least and the most replicas.</summary>
internal sealed record CountRange(int Min, int Max);

/// <summary>An evaluation in one sentence.</summary>
internal sealed record EvaluationLine(DateTimeOffset At, string? Outcome, string? Explanation);
