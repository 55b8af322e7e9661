using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>Makes one status of how the targets of a ScalingPolicy stand. Pure.</summary>
internal static class StatusFold
{
    // An object holds about a megabyte; what is wrong stands first.
    private const int MostTargets = 50;
    private const int LongestText = 4000;

    /// <summary>The status.</summary>
    /// <param name="view">The ScalingPolicy.</param>
    /// <param name="find">How a target stands; <see langword="null"/> if it is not looked after.</param>
    /// <param name="now">The time, for conditions that have changed.</param>
    public static PolicyResourceStatus Of(ResourceView view, Func<ScalingTarget, TargetStatus?> find, DateTimeOffset now)
    {
        var taken = view.Conflicts.Select(c => c.Key).Concat(view.Refused.Where(r => r.IsTaken).Select(r => r.Policy.Target.Name))
            .ToHashSet(StringComparer.Ordinal);
        List<TargetStatus> targets =
            [.. view.Policies.Where(p => !taken.Contains(p.Target.Name)).Select(p => find(p.Target)).OfType<TargetStatus>()];
        var worst = targets.OrderBy(Rank).ThenBy(t => t.Target.Name, StringComparer.Ordinal).ToList();
        var (first, isOne) = (worst.FirstOrDefault(), view.Clause?.Name is not null);
        var decision = first?.LastDecision;
        var range = decision?.Range ?? first?.Policy.Range ?? view.Policies.FirstOrDefault()?.Range;
        return new()
        {
            ObservedGeneration = view.Item.Metadata!.Generation,
            Target = view.Clause?.Short(view.Policies.Length),
            Min = range?.Min,
            Max = range?.Max,
            Desired = Sum(targets, t => t.Wanted ?? t.Replicas?.Desired),
            Ready = Sum(targets, t => t.Replicas?.Ready),
            Readings = first is null ? null : Readings(first),
            Decision = first is null ? null : isOne || targets.Count == 1 ? Word(first) : Words(targets),
            Explanation = Explain(view, first),
            HeldBack = HeldBack(decision),
            LastScaleTime = Seconds(targets.SelectMany(t => (DateTimeOffset?[])[t.State.LastScaleUp, t.State.LastScaleDown]).Max()),
            Override = first?.Override?.ToString(),
            Warning = view.AnnotationTrouble ?? targets.Select(t => t.Warning).FirstOrDefault(w => w is not null),
            Targets = isOne || worst.Count == 0 ? null : [.. worst.Take(MostTargets).Select(Of)],
            Conditions = Conditions.Of(view, worst, now),
        };
    }

    /// <summary>A decision in a few letters.</summary>
    public static string Word(TargetStatus target)
    {
        if (!target.Enabled) return "off";
        if (target.LastError is not null) return "failed";
        if (target.LastDecision is not { } decision) return "none yet";
        var (from, to) = (decision.From, decision.To);
        var step = from == to ? "stay" : $"{(to > from ? "up" : "down")} {Phrase.Exact(from)}->{Phrase.Exact(to)}";
        return target.LastOutcome?.Kind switch
        {
            ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected => $"{step}, not done",
            ScaleOutcomeKind.Recommended => $"{step}, advice",
            _ => target.Override is null ? step : $"{step}, {(target.Override.Kind == ScalingOverrideKind.Hold ? "held" : "paused")}",
        };
    }

    /// <summary>What is the same as long as nothing has happened that people wait for: readings and sentences may be others.</summary>
    public static string Essence(PolicyResourceStatus status) => string.Join(
        '|',
        [
            status.ObservedGeneration, status.Target, status.Min, status.Max, status.Desired, status.Ready, status.Decision,
            status.Override, status.HeldBack?.By, status.LastScaleTime,
            .. (status.Conditions ?? []).Select(c => $"{c.Type}={c.Status},{c.Reason}"),
            .. (status.Targets ?? []).Select(t => $"{t.Name}={t.Desired},{t.Ready},{t.Decision}"),
        ]);

    /// <summary>A time as Kubernetes writes it, in whole seconds of UTC.</summary>
    public static DateTime? Seconds(DateTimeOffset? time) =>
        time is { } at ? new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc) : null;

    private static ResourceHeldBack? HeldBack(ScalingDecision? decision) => decision?.HeldBackBy is { } step
        ? new() { By = Phrase.Words($"{step.Guard}", ' '), From = step.From, To = step.To, Until = Seconds(step.Until) }
        : null;

    public static string? Cut(string? text) => text is null || text.Length <= LongestText ? text : text[..(LongestText - 3)] + "...";

    private static string? Explain(ResourceView view, TargetStatus? first) =>
        Cut(first is null ? view.Errors.FirstOrDefault() ?? view.Trouble ?? view.Conflicts.Select(c => c.Value).FirstOrDefault()
            ?? view.Refused.SelectMany(r => r.Errors).FirstOrDefault()
        : first.LastError ?? (first.LastOutcome is { Kind: ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected, Reason: { } why }
            ? $"{first.LastDecision?.Explain()} It was not carried out: {why}."
            : first.LastDecision?.Explain()));

    private static ResourceTarget Of(TargetStatus target) => new()
    {
        Name = target.Target.Name,
        Desired = target.Wanted ?? target.Replicas?.Desired,
        Ready = target.Replicas?.Ready,
        Decision = Word(target),
        Explanation = Cut(target.LastError ?? target.LastDecision?.Explain()),
    };

    private static string Words(List<TargetStatus> targets) => string.Join(
        ", ",
        targets.GroupBy(t => Word(t).Split(' ', ',')[0], StringComparer.Ordinal).OrderByDescending(g => g.Count())
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));

    private static string? Readings(TargetStatus target)
    {
        var texts = from said in target.LastDecision?.Recommendations ?? []
                    where said.Metric is not null
                    let aim = said.Target ?? said.ScaleUpAbove
                    let value = said.Kind == RecommendationKind.Unavailable || said.Value is not { } read ? "?" : Phrase.Of(read)
                    select aim is { } edge ? $"{said.Metric} {value}/{Phrase.Of(edge)}" : $"{said.Metric} {value}";
        var all = string.Join(", ", texts);
        return all.Length == 0 ? null : all;
    }

    // What somebody should look at stands for the others.
    private static int Rank(TargetStatus target) => target switch
    {
        { Enabled: true, LastError: not null } => 0,
        { LastOutcome.Kind: ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected } => 1,
        { Warning: not null } => 2,
        { LastDecision: { } decision } when decision.From != decision.To => 3,
        _ => 4,
    };

    private static int? Sum(List<TargetStatus> targets, Func<TargetStatus, int?> count)
    {
        var known = targets.Select(count).OfType<int>().ToList();
        return known.Count == 0 ? null : known.Sum();
    }
}
