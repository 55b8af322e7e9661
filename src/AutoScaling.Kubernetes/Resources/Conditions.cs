using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>The conditions of a ScalingPolicy; each keeps the time since when it has been so.</summary>
internal static class Conditions
{
    private const string Yes = "True";
    private const string No = "False";
    private const string Unknown = "Unknown";

    /// <summary>The conditions, in the order in which people read them.</summary>
    /// <param name="view">The ScalingPolicy.</param>
    /// <param name="targets">How its targets stand, the worst first.</param>
    /// <param name="now">The time.</param>
    public static List<ResourceCondition> Of(ResourceView view, List<TargetStatus> targets, DateTimeOffset now)
    {
        var before = (view.Times.Last?.Conditions ?? []).GroupBy(c => c.Type ?? "", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return
        [
            Make("Active", Active(view, targets)),
            Make("MetricsAvailable", Metrics(targets)),
            Make("ScalingLimited", Limited(targets)),
            Make("Paused", Paused(view, targets)),
            Make("Conflicting", Conflicting(view)),
        ];

        ResourceCondition Make(string type, (string Status, string Reason, string Message) said)
        {
            var same = before.TryGetValue(type, out var old) && string.Equals(old.Status, said.Status, StringComparison.Ordinal);
            return new()
            {
                Type = type,
                Status = said.Status,
                Reason = said.Reason,
                Message = StatusFold.Cut(said.Message),
                LastTransitionTime = (same ? old!.LastTransitionTime : null) ?? StatusFold.Seconds(now),
                ObservedGeneration = view.Item.Metadata!.Generation,
            };
        }
    }

    /// <summary>Whether it is not known yet how the targets stand.</summary>
    public static bool IsOpen(PolicyResourceStatus status) =>
        status.Conditions is [{ Type: "Active", Status: Unknown }, ..];

    private static (string Status, string Reason, string Message) Active(ResourceView view, List<TargetStatus> targets)
    {
        List<string> wrong = [.. view.Errors, .. view.Refused.Where(r => !r.IsTaken).SelectMany(r => r.Errors)];
        if (wrong.Count > 0)
        {
            var stays = targets.Count > 0 ? " The policy from before stays in force." : "";
            return (targets.Count > 0 ? Yes : No, "Invalid", string.Join(' ', wrong) + stays);
        }

        if (view.Trouble is { } trouble) return (No, "TargetsUnknown", trouble);
        if (view is { IsResolved: true, Clause.Selector: not null, Policies.IsEmpty: true })
            return (No, "NothingSelected", "The selector finds nothing.");
        if (targets.Count == 0)
        {
            return Rivals(view) is { Count: > 0 } rivals
                ? (No, "Conflicting", string.Join(' ', rivals))
                : (Unknown, "NotRead", "The host has not taken the policy yet.");
        }

        if (targets.TrueForAll(t => !t.Enabled)) return (No, "Disabled", "The policy is not enabled.");
        if (targets.Find(t => t.LastError is not null) is { } failed) return (No, $"{failed.LastErrorKind}", failed.LastError!);
        if (targets.Find(t => t.LastOutcome?.Kind is ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected) is { } undone)
            return (No, $"{undone.LastOutcome!.Kind}", $"{undone.Target} was not scaled: {undone.LastOutcome.Reason}.");
        if (targets.TrueForAll(t => t.LastDecision is null)) return (Unknown, "NotEvaluated", "It was not evaluated yet.");
        var mode = targets[0].Policy.Mode;
        return (Yes, mode == ScalingMode.Recommend ? "Recommending" : "Scaling", targets.Count == 1
            ? "The target is evaluated."
            : string.Create(CultureInfo.InvariantCulture, $"{targets.Count} targets are evaluated."));
    }

    private static (string Status, string Reason, string Message) Metrics(List<TargetStatus> targets)
    {
        var decided = targets.FindAll(t => t.LastDecision is not null);
        if (targets.Find(t => t.LastErrorKind == ScalingErrorKind.MetricsUnavailable) is { } blind)
            return (No, "Unreadable", blind.LastError!);
        if (decided.Count == 0) return (Unknown, "NotEvaluated", "It was not evaluated yet.");
        var missing = from target in decided
                      from said in target.LastDecision!.Recommendations
                      where said.Kind == RecommendationKind.Unavailable
                      select $"{said.Metric?.ToString() ?? said.Rule}: {said.Detail ?? Words(said)}.";
        return missing.FirstOrDefault() is { } first ? (No, "Unreadable", first) : (Yes, "Read", "All metrics were read.");

        static string Words(Recommendation said) => Phrase.Words($"{said.Reason}", ' ');
    }

    private static (string Status, string Reason, string Message) Limited(List<TargetStatus> targets)
    {
        foreach (var target in targets)
        {
            if (target.Override is not null || target.LastDecision is not { HeldBackBy: { } step } decision) continue;
            var whose = targets.Count == 1 ? "" : $"{target.Target}: ";
            return (Yes, $"{step.Guard}", whose + decision.ExplainHeldBack());
        }

        return (No, "NotLimited", "Nothing holds the target back.");
    }

    private static (string Status, string Reason, string Message) Paused(ResourceView view, List<TargetStatus> targets)
    {
        var trouble = view.AnnotationTrouble;
        var said = targets.Find(t => t.Override is not null)?.Override ?? view.Policies.FirstOrDefault()?.Override;
        if (said is not null) return (Yes, $"{said.Kind}", trouble is null ? $"{said}." : $"{said}. {trouble}");
        return trouble is null ? (No, "NotPaused", "Nobody pauses or holds the target.") : (Unknown, "Unclear", trouble);
    }

    private static (string Status, string Reason, string Message) Conflicting(ResourceView view)
    {
        return Rivals(view) is { Count: > 0 } rivals
            ? (Yes, "Taken", string.Join(' ', rivals))
            : (No, "Alone", "Nothing else has the target.");
    }

    /// <summary>What has the targets, a sentence each.</summary>
    private static List<string> Rivals(ResourceView view) =>
        [.. view.Conflicts.Select(c => c.Value), .. view.Refused.Where(r => r.IsTaken).SelectMany(r => r.Errors)];
}
