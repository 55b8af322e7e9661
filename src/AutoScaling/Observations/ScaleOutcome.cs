namespace AutoScaling;

/// <summary>What became of a scaling that was asked for.</summary>
public enum ScaleOutcomeKind
{
    /// <summary>Nothing had to be done.</summary>
    Unchanged,

    /// <summary>The target has the new count now.</summary>
    Applied,

    /// <summary>The target was not what the decision supposed; nothing was written, and the next evaluation decides anew.</summary>
    Rejected,

    /// <summary>The scaler could not do it.</summary>
    Failed,
}

/// <summary>What a scaler did, as data: trouble with a target is expected and is not thrown.</summary>
public sealed record ScaleOutcome
{
    /// <summary>Nothing had to be done.</summary>
    public static readonly ScaleOutcome Unchanged = new() { Kind = ScaleOutcomeKind.Unchanged };

    /// <summary>The target has the new count now.</summary>
    public static readonly ScaleOutcome Applied = new() { Kind = ScaleOutcomeKind.Applied };

    /// <summary>What happened.</summary>
    public required ScaleOutcomeKind Kind { get; init; }

    /// <summary>Why, as the end of a sentence; <see langword="null"/> unless rejected or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>The target moved meanwhile; nothing was written.</summary>
    /// <param name="reason">What was found instead, as the end of a sentence: <c>it has 5 replicas, not 3</c>.</param>
    public static ScaleOutcome Rejected(string reason) => new() { Kind = ScaleOutcomeKind.Rejected, Reason = reason };

    /// <summary>The scaler could not do it.</summary>
    /// <param name="reason">Why, as the end of a sentence: <c>the API server answered 500</c>.</param>
    public static ScaleOutcome Failed(string reason) => new() { Kind = ScaleOutcomeKind.Failed, Reason = reason };

    /// <summary>Whether it failed, and it is not known whether it took place all the same.</summary>
    internal bool IsDoubtful { get; init; }

    /// <summary>The scaler was asked, and it is not known what came of it.</summary>
    internal static ScaleOutcome Doubtful(string reason) => new() { Kind = ScaleOutcomeKind.Failed, Reason = reason, IsDoubtful = true };

    /// <summary>The outcome, with its reason.</summary>
    public override string ToString() => Reason is null ? $"{Kind}" : $"{Kind}: {Reason}";
}
