using System.Diagnostics.CodeAnalysis;
using AutoScaling.Primitives;

namespace AutoScaling.Keda.Answering;

/// <summary>The count that is recommended for a target, or why there is none.</summary>
internal static class Recommended
{
    // After so many intervals without a decision nobody decides any more, or another copy does.
    private const int MostIntervals = 3;

    // Who is asked every second misses an interval easily.
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    /// <summary>The count. Never one that is made of nothing: without usable metrics, or decisions, there is none.</summary>
    /// <param name="status">How the target stands.</param>
    /// <param name="now">When that is.</param>
    /// <param name="replicas">The count.</param>
    /// <param name="because">Why there is none, as a sentence.</param>
    public static bool TryGet(TargetStatus status, DateTimeOffset now, out int replicas, [NotNullWhen(false)] out string? because)
    {
        because = Trouble(status, now);
        replicas = because is null ? status.LastDecision!.To : 0;
        return because is null;
    }

    private static string? Trouble(TargetStatus status, DateTimeOffset now)
    {
        var target = status.Target.Name;
        if (!status.Enabled) return $"'{target}' is disabled.";
        // One rule of several that cannot say is no reason to tell nothing: guards keep the count safe.
        if (status.LastError is { } error && (status.IsBlind || status.LastErrorKind != ScalingErrorKind.MetricsUnavailable)) return error;
        if (status.LastDecision is not { } decision) return $"Nothing was decided for '{target}' yet.";
        var most = MostIntervals * status.Interval;
        if (most < LeastAge) most = LeastAge;
        var age = now - decision.At;
        return age <= most
            ? null
            : $"The last decision for '{target}' is {Phrase.Of(age)} old, and there should be one within {Phrase.Of(most)}.";
    }
}
