namespace AutoScaling.AspNetCore.Health;

/// <summary>What is wrong with one target, read from how it stands.</summary>
internal static class TargetTrouble
{
    /// <summary>Why it is blind, as a sentence.</summary>
    public static string Blindness(TargetStatus target) => target.LastError ?? target.LastDecision?.Explain() ?? "";

    /// <summary>Why it cannot be read or scaled; <see langword="null"/> if it can.</summary>
    public static string? Failure(TargetStatus target) =>
        target.LastError is { } error && target.LastErrorKind != ScalingErrorKind.MetricsUnavailable ? error
        : target.LastOutcome is { Kind: ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected } outcome
            ? $"It was not scaled: {outcome.Reason}."
        : null;

    /// <summary>Whether more is asked for than the range allows.</summary>
    public static bool IsSaturated(TargetStatus target) =>
        target.LastDecision is { } decision && decision.Recommended > decision.Range.Max && decision.To >= decision.Range.Max;
}
