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
        if (decision.Override is { } said) Add(text, said.Sentence(Until(said.Until, decision)));
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
            Add(text, Of(recommendation, decision));
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
        ? $"{decision.Target}: {Unreadable(decision.Recommendations.Where(r => r.Kind == RecommendationKind.Unavailable))}."
        : null;

    /// <summary>The metrics of rules that could not say, as the end of a sentence.</summary>
    public static string Unreadable(IEnumerable<Recommendation> said) =>
        string.Join("; ", said.Select(Unreadable).Distinct(StringComparer.Ordinal));

    private static string Of(Recommendation said, ScalingDecision decision)
    {
        // A value beside the edge that it crossed has the digits that tell the two apart.
        var (target, up, down) = (said.Target ?? double.NaN, said.ScaleUpAbove ?? double.NaN, said.ScaleDownBelow ?? double.NaN);
        var texts = Phrase.Compared(said.Value ?? double.NaN, up, down, target);
        var (value, above, below, aimed) = (Value(said, texts[0]), texts[1], texts[2], texts[3]);
        var (upper, lower) = (said.ScaleUpAbove is null ? null : above, said.ScaleDownBelow is null ? null : below);
        var count = Phrase.Exact(said.Replicas);
        var until = Until(said.Until, decision);
        var asks = said.Replicas == Start(decision) ? $"'{said.Rule}' asks for no change" : $"'{said.Rule}' asks for {count}";
        var answer = asks + Also(said);
        var band = (said.ScaleDownBelow, said.ScaleUpAbove) switch
        {
            ({ }, { }) => $"between {below} and {above}",
            (null, { }) => $"not above {above}",
            ({ }, null) => $"not below {below}",
            _ => "near enough to its target",
        };
        var kept = said.Target is { } aim && said.ScaleUpAbove is { } edge && edge != aim ? $" (target {aimed})" : "";
        return (said.Kind, said.Reason) switch
        {
            (RecommendationKind.Unavailable, _) => $"'{said.Rule}' cannot say: {Unreadable(said)}",
            (RecommendationKind.Floor, _) => $"'{said.Rule}' allows no fewer than {count}{until}",
            (RecommendationKind.Ceiling, _) => $"'{said.Rule}' allows no more than {count}{until}",
            (RecommendationKind.Exact, _) => $"'{said.Rule}' allows just {count}{until}",
            (RecommendationKind.OnTop, _) => $"'{said.Rule}' puts {count} on top{until}",
            (RecommendationKind.None, RecommendationReason.ScheduleClosed) => said.Until is { } opens
                ? $"'{said.Rule}' is closed until {Phrase.Of(opens)}"
                : $"'{said.Rule}' is closed and never opens again",
            (RecommendationKind.None, _) => $"'{said.Rule}' has no opinion: {said.Detail}",
            (_, RecommendationReason.AboveTarget) =>
                $"{said.Metric} is {value}, above {upper ?? aimed}{kept}{NotMore(said, decision)}: {answer}",
            (_, RecommendationReason.BelowTarget) =>
                $"{said.Metric} is {value}, below {lower ?? aimed}{kept}{NotFewer(said, decision)}: {answer}",
            (_, RecommendationReason.OnTarget) => $"{said.Metric} is {value}, {band}{kept}: {answer}",
            (_, RecommendationReason.Undecided) =>
                $"{said.Metric} is {value}, but replicas that are not ready or not measured might turn the answer around: {answer}",
            (_, RecommendationReason.OneStep) => $"{said.Metric} is {value}{kept}, but {said.Detail}: {asks}",
            (_, RecommendationReason.Step) => $"{said.Metric} is {value}, in the step {Step(said, below, above)}{More(said)}: {asks}",
            (_, RecommendationReason.NoStep) => $"{said.Metric} is {value}, where there is no step: {asks}",
            (_, RecommendationReason.Backlog or RecommendationReason.Queueing or RecommendationReason.Concurrency) =>
                $"{said.Metric} is {value}{More(said)}: {asks}",
            (_, RecommendationReason.Activated or RecommendationReason.BelowActivation) => $"{said.Detail}: {asks}",
            (_, RecommendationReason.Idling) => $"{said.Detail}: {asks}{until}",
            (_, RecommendationReason.Forecast) => $"{said.Detail}: {asks}",
            (_, RecommendationReason.Fixed) => $"'{said.Rule}' always asks for {count}",
            _ => $"{asks}{(said.Detail is null ? "" : $": {said.Detail}")}",
        };
    }

    /// <summary>What a rule adds to the answer of one that it wraps.</summary>
    private static string Also(Recommendation said) => said.Detail is null ? "" : $"; {said.Detail}";

    private static string More(Recommendation said) => said.Detail is null ? "" : $", {said.Detail}";

    /// <summary>The value; of a total that is shared out both, as people know the total.</summary>
    private static string Value(Recommendation said, string value)
    {
        if (said.Value is null) return "unknown";
        if (said.Total is not { } total) return value;

        // Without replicas there is nobody to share with.
        var inAll = $"{Phrase.Of(total)} in all";
        return said.Value == 0 ? inAll : $"{inAll}, {value} each";
    }

    /// <summary>Which step a metric lies in, by its edges.</summary>
    private static string Step(Recommendation said, string from, string below) => (said.ScaleDownBelow, said.ScaleUpAbove) switch
    {
        ({ }, { }) => $"from {from} to below {below}",
        ({ }, null) => $"from {from} on",
        (null, { }) => $"below {below}",
        _ => "that always holds",
    };

    /// <summary>Why a metric that is too high is no reason for more: the replicas that carry it are fewer than there should be.</summary>
    private static string NotMore(Recommendation said, ScalingDecision decision) =>
        Start(decision) == 0 || said.Replicas > Start(decision) ? ""
            : ", but replicas that are not ready, not measured or not there yet count as unused, "
                + $"so that {Phrase.Exact(said.Replicas)} are enough";

    /// <summary>
    /// Why a metric that is too low is no reason for fewer: counts are whole, or more replicas than there should be carry it.
    /// </summary>
    private static string NotFewer(Recommendation said, ScalingDecision decision) =>
        Start(decision) == 0 || said.Replicas < Start(decision) ? ""
            : said.Replicas == Start(decision) ? ", but rounded up that makes no fewer replicas"
            : $", but more than the {Phrase.Exact(Start(decision))} that are wanted carry it";

    /// <summary>The count that the rules decided from: without the safety guards that is never the one that the bounds made.</summary>
    private static int Start(ScalingDecision decision) =>
        decision is { IsGuarded: true, Steps: [{ Guard: ScalingGuard.OutOfRange } clamp, ..] }
            ? clamp.To
            : decision.From - (decision.Aside?.OnTop?.Before ?? 0);

    private static string Unreadable(Recommendation said)
    {
        var why = said.Reason switch
        {
            RecommendationReason.NoReplicas => "there are no replicas to compare it with",
            RecommendationReason.NoReadyReplicas => "no ready replica has a reading",
            RecommendationReason.NoMatchingReplicas => "the replicas that have readings requested nothing",
            RecommendationReason.MissingRequest => "a replica has no request, so that there is no utilization",
            _ => said.Detail ?? "it is not known why",
        };
        return said.Metric is null ? why : $"{said.Metric} cannot be used ({why})";
    }

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
            ScalingGuard.Stabilization => $"The stabilization window holds {to} instead of {from}{Until(step.Until, decision)}",
            ScalingGuard.FlapGuard => $"{Projected(step, decision)}, so it is {to} instead of {from}",
            ScalingGuard.Restore => $"Somebody else lowered it from {to}, which is restored",
            ScalingGuard.Cooldown => $"The cooldown keeps {to} instead of {from}{Until(step.Until, decision)}",
            ScalingGuard.RateLimit when step.Until is null => $"Changes in this direction are disabled, so {to} stay instead of {from}",
            ScalingGuard.RateLimit => $"The rate limits allow {to} instead of {from}{Until(step.Until, decision)}",
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

    private static string Until(DateTimeOffset? until, ScalingDecision decision)
    {
        if (until is not { } time) return "";
        var left = TimeSpan.FromSeconds(Math.Ceiling((time - decision.At).TotalSeconds));
        return $" until {Phrase.Of(time)} ({Phrase.Of(left)})";
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
