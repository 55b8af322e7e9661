using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>Puts a decision into plain sentences: what, why, what held it back, until when, and what would change the answer.</summary>
internal static class Explanation
{
    public static string Of(ScalingDecision decision)
    {
        var what = decision.From == decision.To
            ? $"{decision.Target} stays at {Phrase.Replicas(decision.From)}."
            : $"{decision.Target} goes from {Phrase.Exact(decision.From)} to {Phrase.Replicas(decision.To)}.";
        return what + Reasons(decision);
    }

    /// <summary>All but the first sentence, for where that has been said.</summary>
    public static string Why(ScalingDecision decision) => Reasons(decision).TrimStart();

    private static string Reasons(ScalingDecision decision)
    {
        var text = new StringBuilder();
        if (decision.Override is { } said) Add(text, said.Sentence(Phrase.Until(said.Until, decision.At)));
        if (decision.Expected is { } expected)
        {
            var often = decision.SetBackSince is { } since ? $", and that is the third time since {Phrase.Of(since)}" : "";
            var (written, found) = (Phrase.Exact(expected), Phrase.Exact(decision.From));
            Add(text, $"Someone else changed it: {written} were written last, {found} were found{often}");
        }

        // The bounds came first, and the rules decided from the count that they made.
        if (decision.Steps is [{ Guard: ScalingGuard.OutOfRange } clamp, ..]) Add(text, Of(clamp, decision));
        var counts = 0;
        foreach (var recommendation in decision.Recommendations)
        {
            Add(text, RuleSentence.Of(recommendation, Start(decision), decision.At));
            if (recommendation.Kind == RecommendationKind.Replicas) counts++;
        }

        if (counts > 1 && decision.Recommended is { } together) Add(text, $"Together they ask for {Phrase.Exact(together)}");
        else if (counts == 0 && decision.Recommended is { } least)
            Add(text, $"No rule asks for a count, so the least is wanted, {Phrase.Exact(least)}");

        foreach (var step in decision.Steps)
        {
            if (step.Guard != ScalingGuard.OutOfRange) Add(text, Of(step, decision));
        }

        if (WhatWouldChange(decision) is { } change) Add(text, change);
        return text.ToString();
    }

    /// <summary>What had the last word against the rules; <see langword="null"/> if nothing changed their count.</summary>
    public static GuardStep? HeldBackBy(ScalingDecision decision)
    {
        GuardStep? last = null;
        foreach (var step in decision.Steps)
        {
            if (last is null || step.To == decision.To) last = step;
        }

        return last;
    }

    /// <summary>The same as a sentence.</summary>
    public static string? HeldBack(ScalingDecision decision) => HeldBackBy(decision) is { } step ? Of(step, decision) + "." : null;

    /// <summary>That somebody else sets the count back again and again, and what would end it.</summary>
    /// <param name="target">The target.</param>
    /// <param name="since">Since when.</param>
    /// <param name="found">What it was set back to last.</param>
    public static string SetBack(ScalingTarget target, DateTimeOffset since, int found) =>
        $"Somebody else has set the count of '{target}' back {SetBacks.Many} times since {Phrase.Of(since)}, last to {found}, and goes on "
        + "doing so until the cause is removed: if a manifest sets replicas, leave that field out (kubectl apply, Helm) or have it ignored "
        + "(ignoreDifferences of Argo CD); if another autoscaler scales it as well, keep only one of the two.";

    /// <summary>The same of what is remembered; <see langword="null"/> if it is not so now.</summary>
    public static string? SetBack(ScalingTarget target, SetBacks? remembered, DateTimeOffset now) =>
        remembered?.Since(now.UtcTicks) is { } since
            ? SetBack(target, new DateTimeOffset(since, TimeSpan.Zero), remembered.Times.Value)
            : null;

    /// <summary>The metrics that could not be read, as one sentence; <see langword="null"/> if all could.</summary>
    public static string? Unreadable(ScalingDecision decision) => decision.IsBlind
        ? $"{decision.Target}: {RuleSentence.Unreadable(decision.Recommendations.Where(r => r.Kind == RecommendationKind.Unavailable))}."
        : null;

    /// <summary>The count that the rules decided from: without the safety guards that is never the one that the bounds made.</summary>
    private static int Start(ScalingDecision decision) =>
        decision is { IsGuarded: true, Steps: [{ Guard: ScalingGuard.OutOfRange } clamp, ..] }
            ? clamp.To
            : decision.From - (decision.Aside?.OnTop?.Before ?? 0);

    private static string Of(GuardStep step, ScalingDecision decision)
    {
        var (from, to) = (Phrase.Exact(step.From), Phrase.Exact(step.To));
        return step.Guard switch
        {
            ScalingGuard.SwitchedOff => $"0 replicas switch it off, so it does not get the {from} that are the least",
            ScalingGuard.OutOfRange => $"{from} is outside the range {decision.Range}, which comes before all else",
            ScalingGuard.MissingMetrics when step.To < step.From =>
                $"A metric that might be the cap cannot be used, so {to} stay instead of {from}",
            ScalingGuard.MissingMetrics => $"Nothing is scaled down while a metric cannot be used, so {to} stay instead of {from}",
            ScalingGuard.Agreement => $"Not every rule asks for fewer, so {to} stay instead of {from}",
            ScalingGuard.Stabilization => $"The stabilization window holds {to} instead of {from}{Phrase.Until(step.Until, decision.At)}",
            ScalingGuard.FlapGuard => $"{Projected(step, decision)}, so it is {to} instead of {from}",
            ScalingGuard.Restore => $"Somebody else lowered it from {to}, which is restored",
            ScalingGuard.Cooldown => $"The cooldown keeps {to} instead of {from}{Phrase.Until(step.Until, decision.At)}",
            ScalingGuard.RateLimit when step.Until is null => $"Changes in this direction are disabled, so {to} stay instead of {from}",
            ScalingGuard.RateLimit => $"The rate limits allow {to} instead of {from}{Phrase.Until(step.Until, decision.At)}",
            ScalingGuard.OnTop => $"With what is on top, {from} become {to}",
            ScalingGuard.Override when decision.Override?.Kind == ScalingOverrideKind.Hold =>
                $"What is held goes before that, so it is {to} instead of {from}",
            ScalingGuard.Override => $"The pause goes before that, so {to} stay instead of {from}",
            ScalingGuard.Headroom when decision.Headroom is { } room =>
                $"There is room for {Phrase.Exact(room.Most)} at most ({room.Because}), so it is {to} instead of {from}",
            _ => $"The range {decision.Range} allows {to} instead of {from}",
        };
    }

    private static string Projected(GuardStep step, ScalingDecision decision)
    {
        if (decision.Projection is not { } projection)
            return $"With fewer than {Phrase.Exact(step.To)} the present load would ask for more again";
        var would = projection is { Metric: { } metric, Value: { } value } ? $"{metric} would be {Phrase.Of(value)} and " : "";
        return $"With {Phrase.Exact(projection.Replicas)}, {would}'{projection.Rule}' would ask for more again";
    }

    private static string? WhatWouldChange(ScalingDecision decision)
    {
        if (decision.To != decision.From) return null;
        if (decision.Steps is [{ Guard: ScalingGuard.SwitchedOff }]) return "It is decided anew as soon as someone gives it replicas";
        if (decision.Override is { Until: null } said && decision.Steps.Any(s => s.Guard == ScalingGuard.Override))
            return said.Since is null ? "It goes on when the policy no longer says so" : "It goes on when someone resumes it";
        if (decision.Recommended is null) return decision.IsBlind ? "It is decided anew as soon as the metric can be used" : null;
        if (decision.Steps.Any(s => s.Until is not null))
            return "Then the same readings may change it";

        // An edge that the metric is beyond already has changed nothing.
        var asking = decision.Recommendations.Where(r => r is { Kind: RecommendationKind.Replicas, Metric: not null }).ToList();
        var up = asking.Where(r => r.ScaleUpAbove is not null && !(r.Value > r.ScaleUpAbove));
        var down = asking.Where(r => r.ScaleDownBelow > 0 && !(r.Value < r.ScaleDownBelow));
        string[] changes =
        [
            .. decision.From < decision.Range.Max
                ? up.Select(r => $"{r.Metric} above {Phrase.Of(r.ScaleUpAbove!.Value)} would ask for more")
                : [],
            .. decision.From > decision.Range.Min
                ? down.Select(r => $"{r.Metric} below {Phrase.Of(r.ScaleDownBelow!.Value)} would ask for fewer")
                : [],
        ];
        return changes.Length == 0 ? null : string.Join(", ", changes);
    }

    // A sentence that begins with a metric keeps the metric's own spelling.
    private static void Add(StringBuilder text, string sentence) => text.Append(' ').Append(sentence).Append('.');
}
