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
            : $"{decision.Target} goes from {decision.From} to {Phrase.Replicas(decision.To)}.";
        return what + Reasons(decision);
    }

    /// <summary>All but the first sentence, for where that has been said.</summary>
    public static string Why(ScalingDecision decision) => Reasons(decision).TrimStart();

    private static string Reasons(ScalingDecision decision)
    {
        var text = new StringBuilder();
        if (decision.Override is { } said) Add(text, said.Sentence(Until(said.Until, decision)));
        if (decision.Expected is { } expected) Add(text, $"Someone else changed it: {expected} were written last, {decision.From} were found");

        // The bounds came first, and the rules decided from the count that they made.
        if (decision.Steps is [{ Guard: ScalingGuard.OutOfRange } clamp, ..]) Add(text, Of(clamp, decision));
        var counts = 0;
        foreach (var recommendation in decision.Recommendations)
        {
            Add(text, Of(recommendation, decision));
            if (recommendation.Kind == RecommendationKind.Replicas) counts++;
        }

        if (counts > 1 && decision.Recommended is { } together) Add(text, $"Together they ask for {together}");
        else if (counts == 0 && decision.Recommended is { } least) Add(text, $"No rule asks for a count, so the least is wanted, {least}");

        foreach (var step in decision.Steps)
        {
            if (step.Guard != ScalingGuard.OutOfRange) Add(text, Of(step, decision));
        }

        if (WhatWouldChange(decision) is { } change) Add(text, change);
        return text.ToString();
    }

    /// <summary>The metrics that could not be read, as one sentence; <see langword="null"/> if all could.</summary>
    public static string? Unreadable(ScalingDecision decision) =>
        decision.IsBlind ? $"{decision.Target}: {Unreadable(decision.Recommendations.Where(r => r.Kind == RecommendationKind.Unavailable))}." : null;

    /// <summary>The metrics of rules that could not say, as the end of a sentence.</summary>
    public static string Unreadable(IEnumerable<Recommendation> said) => string.Join("; ", said.Select(Unreadable));

    private static string Of(Recommendation said, ScalingDecision decision)
    {
        var value = said.Value is not { } v ? "unknown"
            : said.IsPart ? said.Detail!
            : Phrase.Of(v);
        var asks = said.Replicas == Start(decision) ? $"'{said.Rule}' asks for no change" : $"'{said.Rule}' asks for {said.Replicas}";
        var band = (said.ScaleDownBelow, said.ScaleUpAbove) switch
        {
            ({ } below, { } above) => $"between {Phrase.Of(below)} and {Phrase.Of(above)}",
            (null, { } above) => $"not above {Phrase.Of(above)}",
            ({ } below, null) => $"not below {Phrase.Of(below)}",
            _ => "near enough to its target",
        };
        var target = said.Target is { } kept && said.ScaleUpAbove is { } edge && edge != kept ? $" (target {Phrase.Of(kept)})" : "";
        return (said.Kind, said.Reason) switch
        {
            (RecommendationKind.Unavailable, _) => $"'{said.Rule}' cannot say: {Unreadable(said)}",
            (RecommendationKind.Floor, _) => $"'{said.Rule}' allows no fewer than {said.Replicas}{Until(said.Until, decision)}",
            (RecommendationKind.Ceiling, _) => $"'{said.Rule}' allows no more than {said.Replicas}{Until(said.Until, decision)}",
            (RecommendationKind.Exact, _) => $"'{said.Rule}' allows just {said.Replicas}{Until(said.Until, decision)}",
            (RecommendationKind.None, RecommendationReason.ScheduleClosed) =>
                said.Until is { } opens ? $"'{said.Rule}' is closed until {Phrase.Of(opens)}" : $"'{said.Rule}' is closed and never opens again",
            (RecommendationKind.None, _) => $"'{said.Rule}' has no opinion: {said.Detail}",
            (_, RecommendationReason.AboveTarget) =>
                $"{said.Metric} is {value}, above {Phrase.Of(said.ScaleUpAbove ?? said.Target ?? 0)}{target}{NotMore(said, decision)}: {asks}",
            (_, RecommendationReason.BelowTarget) =>
                $"{said.Metric} is {value}, below {Phrase.Of(said.ScaleDownBelow ?? said.Target ?? 0)}{target}{NotFewer(said, decision)}: {asks}",
            (_, RecommendationReason.OnTarget) => $"{said.Metric} is {value}, {band}{target}: {asks}",
            (_, RecommendationReason.Undecided) => $"{said.Metric} is {value}, but replicas that are not ready or not measured might turn the answer around: {asks}",
            (_, RecommendationReason.Step) => $"{said.Metric} is {value}, in the step {Step(said)}{More(said)}: {asks}",
            (_, RecommendationReason.NoStep) => $"{said.Metric} is {value}, where there is no step: {asks}",
            (_, RecommendationReason.Backlog) => $"{said.Metric} is {value}{More(said)}: {asks}",
            (_, RecommendationReason.Activated or RecommendationReason.BelowActivation) => $"{said.Detail}: {asks}",
            (_, RecommendationReason.Idling) => $"{said.Detail}: {asks}{Until(said.Until, decision)}",
            (_, RecommendationReason.Fixed) => $"'{said.Rule}' always asks for {said.Replicas}",
            _ => $"{asks}{(said.Detail is null ? "" : $": {said.Detail}")}",
        };
    }

    private static string More(Recommendation said) => said.Detail is null ? "" : $", {said.Detail}";

    /// <summary>Which step a metric lies in, by its edges.</summary>
    private static string Step(Recommendation said) => (said.ScaleDownBelow, said.ScaleUpAbove) switch
    {
        ({ } from, { } below) => $"from {Phrase.Of(from)} to below {Phrase.Of(below)}",
        ({ } from, null) => $"from {Phrase.Of(from)} on",
        (null, { } below) => $"below {Phrase.Of(below)}",
        _ => "that always holds",
    };

    /// <summary>Why a metric that is too high is no reason for more: the replicas that carry it are fewer than there should be.</summary>
    private static string NotMore(Recommendation said, ScalingDecision decision) =>
        Start(decision) == 0 || said.Replicas > Start(decision) ? ""
            : $", but replicas that are not ready, not measured or not there yet count as unused, so that {said.Replicas} are enough";

    /// <summary>
    /// Why a metric that is too low is no reason for fewer: counts are whole, or more replicas than there should be carry it.
    /// </summary>
    private static string NotFewer(Recommendation said, ScalingDecision decision) =>
        Start(decision) == 0 || said.Replicas < Start(decision) ? ""
            : said.Replicas == Start(decision) ? ", but rounded up that makes no fewer replicas"
            : $", but more than the {Start(decision)} that are wanted carry it";

    /// <summary>The count that the rules decided from: without the safety guards that is never the one that the bounds made.</summary>
    private static int Start(ScalingDecision decision) =>
        decision is { IsGuarded: true, Steps: [{ Guard: ScalingGuard.OutOfRange } clamp, ..] } ? clamp.To : decision.From;

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

    private static string Of(GuardStep step, ScalingDecision decision) => step.Guard switch
    {
        ScalingGuard.SwitchedOff => $"0 replicas switch it off, so it does not get the {step.From} that are the least",
        ScalingGuard.OutOfRange => $"{step.From} is outside the range {decision.Range}, which comes before all else",
        ScalingGuard.MissingMetrics when step.To < step.From => $"A metric that might be the cap cannot be used, so {step.To} stay instead of {step.From}",
        ScalingGuard.MissingMetrics => $"Nothing is scaled down while a metric cannot be used, so {step.To} stay instead of {step.From}",
        ScalingGuard.Agreement => $"Not every rule asks for fewer, so {step.To} stay instead of {step.From}",
        ScalingGuard.Stabilization => $"The stabilization window holds {step.To} instead of {step.From}{Until(step.Until, decision)}",
        ScalingGuard.FlapGuard => $"{Projected(step, decision)}, so it is {step.To} instead of {step.From}",
        ScalingGuard.Restore => $"Somebody else lowered it from {step.To}, which is restored",
        ScalingGuard.Cooldown => $"The cooldown keeps {step.To} instead of {step.From}{Until(step.Until, decision)}",
        ScalingGuard.RateLimit when step.Until is null => $"Changes in this direction are disabled, so {step.To} stay instead of {step.From}",
        ScalingGuard.RateLimit => $"The rate limits allow {step.To} instead of {step.From}{Until(step.Until, decision)}",
        ScalingGuard.Override when decision.Override?.Kind == ScalingOverrideKind.Hold => $"What is held goes before that, so it is {step.To} instead of {step.From}",
        ScalingGuard.Override => $"The pause goes before that, so {step.To} stay instead of {step.From}",
        ScalingGuard.Headroom => $"There is room for {decision.Headroom?.Most ?? step.To} at most ({decision.Headroom?.Because}), so it is {step.To} instead of {step.From}",
        _ => $"The range {decision.Range} allows {step.To} instead of {step.From}",
    };

    private static string Projected(GuardStep step, ScalingDecision decision)
    {
        if (decision.Projection is not { } projection) return $"With fewer than {step.To} the present load would ask for more again";
        var would = projection is { Metric: { } metric, Value: { } value } ? $"{metric} would be {Phrase.Of(value)} and " : "";
        return $"With {projection.Replicas}, {would}'{projection.Rule}' would ask for more again";
    }

    private static string Until(DateTimeOffset? until, ScalingDecision decision) =>
        until is { } time ? $" until {Phrase.Of(time)} ({Phrase.Of(TimeSpan.FromSeconds(Math.Ceiling((time - decision.At).TotalSeconds)))})" : "";

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
        var up = decision.Recommendations.Where(r => r is { Kind: RecommendationKind.Replicas, Metric: not null, ScaleUpAbove: not null } && !(r.Value > r.ScaleUpAbove));
        var down = decision.Recommendations.Where(r => r is { Kind: RecommendationKind.Replicas, Metric: not null, ScaleDownBelow: > 0 } && !(r.Value < r.ScaleDownBelow));
        string[] changes =
        [
            .. decision.From < decision.Range.Max ? up.Select(r => $"{r.Metric} above {Phrase.Of(r.ScaleUpAbove!.Value)} would ask for more") : [],
            .. decision.From > decision.Range.Min ? down.Select(r => $"{r.Metric} below {Phrase.Of(r.ScaleDownBelow!.Value)} would ask for fewer") : [],
        ];
        return changes.Length == 0 ? null : string.Join(", ", changes);
    }

    // A sentence that begins with a metric keeps the metric's own spelling.
    private static void Add(StringBuilder text, string sentence) => text.Append(' ').Append(sentence).Append('.');
}
