using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>
/// Puts the answer of one rule into a sentence: the metric, its value and edges, and what the rule asks for because of that.
/// </summary>
internal static class RuleSentence
{
    /// <summary>What a rule says, without the full stop.</summary>
    /// <param name="said">Its answer.</param>
    /// <param name="start">The count that it decided from.</param>
    /// <param name="now">The time of the decision.</param>
    public static string Of(Recommendation said, int start, DateTimeOffset now)
    {
        // A value beside the edge that it crossed has the digits that tell the two apart.
        var (target, up, down) = (said.Target ?? double.NaN, said.ScaleUpAbove ?? double.NaN, said.ScaleDownBelow ?? double.NaN);
        var texts = Phrase.Compared(said.Value ?? double.NaN, up, down, target);
        var (value, above, below, aimed) = (Value(said, texts[0]), texts[1], texts[2], texts[3]);
        var (upper, lower) = (said.ScaleUpAbove is null ? null : above, said.ScaleDownBelow is null ? null : below);
        var count = Phrase.Exact(said.Replicas);
        var until = Phrase.Until(said.Until, now);
        var asks = said.Replicas == start ? $"'{said.Rule}' asks for no change" : $"'{said.Rule}' asks for {count}";
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
                $"{said.Metric} is {value}, above {upper ?? aimed}{kept}{NotMore(said, start)}: {answer}",
            (_, RecommendationReason.BelowTarget) =>
                $"{said.Metric} is {value}, below {lower ?? aimed}{kept}{NotFewer(said, start)}: {answer}",
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

    /// <summary>The metrics of rules that could not say, as the end of a sentence.</summary>
    public static string Unreadable(IEnumerable<Recommendation> said) =>
        string.Join("; ", said.Select(Unreadable).Distinct(StringComparer.Ordinal));

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
    private static string NotMore(Recommendation said, int start) =>
        start == 0 || said.Replicas > start ? ""
            : ", but replicas that are not ready, not measured or not there yet count as unused, "
                + $"so that {Phrase.Exact(said.Replicas)} are enough";

    /// <summary>
    /// Why a metric that is too low is no reason for fewer: counts are whole, or more replicas than there should be carry it.
    /// </summary>
    private static string NotFewer(Recommendation said, int start) =>
        start == 0 || said.Replicas < start ? ""
            : said.Replicas == start ? ", but rounded up that makes no fewer replicas"
            : $", but more than the {Phrase.Exact(start)} that are wanted carry it";

    /// <summary>Why a rule cannot say, as the end of a sentence.</summary>
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
}
