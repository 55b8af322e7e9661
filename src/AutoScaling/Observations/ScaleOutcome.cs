using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What became of a scaling that was asked for.</summary>
[JsonConverter(typeof(WordConverter<ScaleOutcomeKind>))]
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

    /// <summary>The scaler was not asked: the policy only recommends.</summary>
    Recommended,
}

/// <summary>What a scaler did, as data: trouble with a target is expected and is not thrown.</summary>
public sealed record ScaleOutcome
{
    /// <summary>Nothing had to be done.</summary>
    public static readonly ScaleOutcome Unchanged = new() { Kind = ScaleOutcomeKind.Unchanged };

    /// <summary>The target has the new count now.</summary>
    public static readonly ScaleOutcome Applied = new() { Kind = ScaleOutcomeKind.Applied };

    /// <summary>The scaler was not asked: the policy only recommends.</summary>
    public static readonly ScaleOutcome Recommended = new() { Kind = ScaleOutcomeKind.Recommended };

    /// <summary>What happened.</summary>
    public required ScaleOutcomeKind Kind { get; init; }

    /// <summary>Why, as the end of a sentence; <see langword="null"/> unless rejected or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Whether it failed so that it may have taken place all the same: the call threw, or did not come back. The state then keeps the
    /// scaling as an intent, which the next evaluation resolves by the count that it finds.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsDoubtful { get; init; }

    /// <summary>The target moved meanwhile; nothing was written.</summary>
    /// <param name="reason">What was found instead, as the end of a sentence: <c>it has 5 replicas, not 3</c>.</param>
    public static ScaleOutcome Rejected(string reason) => new() { Kind = ScaleOutcomeKind.Rejected, Reason = reason };

    /// <summary>The scaler could not do it.</summary>
    /// <param name="reason">Why, as the end of a sentence: <c>the API server answered 500</c>.</param>
    public static ScaleOutcome Failed(string reason) => new() { Kind = ScaleOutcomeKind.Failed, Reason = reason };

    /// <summary>The scaler could not do it, as far as is known; it may have taken place all the same.</summary>
    /// <param name="reason">Why, as the end of a sentence: <c>it did not answer within 5s</c>.</param>
    public static ScaleOutcome Doubtful(string reason) => new() { Kind = ScaleOutcomeKind.Failed, Reason = reason, IsDoubtful = true };

    /// <summary>The outcome, with its reason.</summary>
    public override string ToString() => Reason is null ? $"{Kind}" : $"{Kind}: {Reason}";
}
