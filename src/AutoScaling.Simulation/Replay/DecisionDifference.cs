using System.Globalization;
using System.Text;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Replay;

/// <summary>Says in plain sentences in what two decisions differ, and what that tells of where the difference comes from.</summary>
internal static class DecisionDifference
{
    /// <summary>What differs and why.</summary>
    /// <param name="logged">What the log says.</param>
    /// <param name="decided">What the engine says to the log's own policy, state and observation.</param>
    /// <param name="policyRecord">The record that holds the policy.</param>
    public static string Explain(ScalingDecision logged, ScalingDecision decided, int policyRecord)
    {
        var differences = new Differences();
        Rules(differences, logged, decided);
        Inputs(differences, logged, decided);
        Guards(differences, logged, decided);

        var text = new StringBuilder($"{decided.Target} at {Time(decided.At)}: ");
        text.Append((logged.From, logged.To) == (decided.From, decided.To)
            ? $"the log and the engine say {logged.From} to {logged.To} replicas, but not for the same reasons."
            : $"the log says {logged.From} to {logged.To} replicas, the engine says {decided.From} to {decided.To}.");
        foreach (var sentence in differences.Sentences) text.Append(' ').Append(sentence).Append('.');
        return text.Append(' ').Append(Cause(differences, policyRecord)).ToString();
    }

    /// <summary>A time to the last digit, since differences may be that small.</summary>
    public static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void Rules(Differences differences, ScalingDecision logged, ScalingDecision decided)
    {
        var (then, now) = (logged.Recommendations, decided.Recommendations);
        if (!then.Select(r => r.Rule).SequenceEqual(now.Select(r => r.Rule), StringComparer.Ordinal))
        {
            differences.Add(Source.Policy, $"The rules are {Names(decided)} instead of {Names(logged)}");
            return;
        }

        for (var i = 0; i < now.Length; i++)
        {
            if (now[i] != then[i]) Rule(differences, then[i], now[i]);
        }

        if (now.SequenceEqual(then) && logged.Recommended != decided.Recommended)
            differences.Add(
                Source.Policy,
                $"Together the rules ask for {OrNone(decided.Recommended)} instead of {OrNone(logged.Recommended)}");
    }

    private static void Rule(Differences differences, Recommendation then, Recommendation now)
    {
        if (now.Kind != then.Kind)
        {
            // A reading that can be used now and could not then, or the other way round, is another observation.
            var unread = now.Kind == RecommendationKind.Unavailable || then.Kind == RecommendationKind.Unavailable;
            var source = unread ? Source.Observation : Source.Policy;
            differences.Add(source, $"Rule '{now.Rule}' {Says(now)}{Because(now)}, and in the log it {Says(then)}{Because(then)}");
            return;
        }

        Figures(differences, then, now);
    }

    /// <summary>The same kind of answer, for other figures.</summary>
    private static void Figures(Differences differences, Recommendation then, Recommendation now)
    {
        var figures = new List<string>();
        Compare("its metric is", now.Metric, then.Metric);
        Compare("its target is", now.Target, then.Target);
        Compare("it asks for more above", now.ScaleUpAbove, then.ScaleUpAbove);
        Compare("it asks for fewer below", now.ScaleDownBelow, then.ScaleDownBelow);
        var source = figures.Count > 0 ? Source.Policy : Source.Arithmetic;
        if (now.Value != then.Value)
        {
            Compare("its reading is", now.Value, then.Value);
            if (source == Source.Arithmetic) source = Source.Observation;
        }

        if (now.Until != then.Until) figures.Add($"it changes at {Until(now.Until)} instead of {Until(then.Until)}");
        if (!string.Equals(now.Detail, then.Detail, StringComparison.Ordinal))
            figures.Add($"it says '{now.Detail}' instead of '{then.Detail}'");
        if (now.Reason != then.Reason && figures.Count == 0) figures.Add($"its reason is {now.Reason} instead of {then.Reason}");

        var says = $"Rule '{now.Rule}' {Says(now)} {(now.Replicas == then.Replicas ? "as in the log" : $"instead of {then.Replicas}")}";
        differences.Add(source, figures.Count == 0 ? says : $"{says}: {string.Join(", ", figures)}");

        void Compare<T>(string what, T? now, T? then)
        {
            if (!EqualityComparer<T?>.Default.Equals(now, then)) figures.Add($"{what} {OrNone(now)} instead of {OrNone(then)}");
        }
    }

    private static void Inputs(Differences differences, ScalingDecision logged, ScalingDecision decided)
    {
        if (logged.Target != decided.Target) differences.Add(Source.Policy, $"The log's decision is for {logged.Target}");
        if (logged.At != decided.At) differences.Add(Source.Line, $"The log's decision was made at {Time(logged.At)}");
        if (logged.From != decided.From)
            differences.Add(Source.Observation, $"The observation has {decided.From} desired replicas, the log's decision {logged.From}");
        if (logged.Range != decided.Range)
            differences.Add(Source.Policy, $"The range is {Range(decided.Range)} instead of {Range(logged.Range)}");
        if (logged.Expected != decided.Expected)
        {
            differences.Add(
                Source.State,
                $"The count that someone else is said to have changed is {OrNone(decided.Expected)} instead of {OrNone(logged.Expected)}");
        }

        if (logged.SetBackSince == decided.SetBackSince) return;
        differences.Add(
            Source.State,
            $"It is said to have been set back again and again since {Until(decided.SetBackSince)} "
                + $"instead of {Until(logged.SetBackSince)}");
    }

    private static void Guards(Differences differences, ScalingDecision logged, ScalingDecision decided)
    {
        foreach (var guard in Enum.GetValues<ScalingGuard>())
        {
            GuardStep? then = Step(logged, guard), now = Step(decided, guard);
            if (then == now) continue;
            differences.Add(Source.State, (then, now) switch
            {
                ({ } was, null) => $"{Name(guard)} does nothing, and in the log it makes {was.To} of {was.From}",
                (null, { } step) => $"{Name(guard)} makes {step.To} of {step.From}, and in the log it does nothing",
                ({ } was, { } step) when (was.From, was.To) == (step.From, step.To) =>
                    $"{Name(guard)} holds until {Until(step.Until)} instead of {Until(was.Until)}",
                _ => $"{Name(guard)} makes {now!.Value.To} of {now.Value.From} instead of {then!.Value.To} of {then.Value.From}",
            });
        }

        if (logged.Projection == decided.Projection) return;
        differences.Add(
            Source.State,
            $"{Name(ScalingGuard.FlapGuard)} supposes {Supposed(decided.Projection)} instead of {Supposed(logged.Projection)}");
    }

    private static string Supposed(Projection? projection) => projection is null
        ? "nothing"
        : $"that {projection.Metric?.ToString() ?? $"'{projection.Rule}'"} would be {OrNone(projection.Value)} with {projection.Replicas}";

    /// <summary>The conclusion from the difference that all others may follow from.</summary>
    private static string Cause(Differences differences, int policyRecord) => differences.Earliest switch
    {
        Source.Policy =>
            $"So the policy, which is in record {policyRecord}, is not the one that it was decided with, "
                + "or the log's decision was changed.",
        Source.Observation => "So the observation is not the one that it was decided on, or the log's decision was changed.",
        Source.Arithmetic => "The figures are the same, so the rule or the engine is another version, or the log's decision was changed.",
        Source.State =>
            "The rules say the same, so what was remembered or the policy's behavior is not what it was decided with, "
            + "or the engine is another version.",
        _ => "All that leads to the decision is the same, so the log's decision was changed, or the engine is another version.",
    };

    private static GuardStep? Step(ScalingDecision decision, ScalingGuard guard)
    {
        foreach (var step in decision.Steps)
        {
            if (step.Guard == guard) return step;
        }

        return null;
    }

    private static string Says(Recommendation said) => said.Kind switch
    {
        RecommendationKind.Replicas => $"asks for {said.Replicas}",
        RecommendationKind.Floor => $"allows no fewer than {said.Replicas}",
        RecommendationKind.Ceiling => $"allows no more than {said.Replicas}",
        RecommendationKind.Exact => $"allows just {said.Replicas}",
        RecommendationKind.OnTop => $"puts {said.Replicas} on top",
        RecommendationKind.None => "has no opinion",
        _ => "cannot say",
    };

    private static string Because(Recommendation said) => said.Detail is null ? "" : $" ({said.Detail})";

    private static string Name(ScalingGuard guard) => guard switch
    {
        ScalingGuard.SwitchedOff => "The switch at 0 replicas",
        ScalingGuard.OutOfRange => "The clamp into the range",
        ScalingGuard.MissingMetrics => "The guard against missing metrics",
        ScalingGuard.Agreement => "The agreement of all rules",
        ScalingGuard.Stabilization => "The stabilization window",
        ScalingGuard.FlapGuard => "The flap guard",
        ScalingGuard.Cooldown => "The cooldown",
        ScalingGuard.RateLimit => "The rate limit",
        ScalingGuard.Restore => "The restoring of what somebody else lowered",
        ScalingGuard.OnTop => "What schedules put on top",
        ScalingGuard.Override => "A person's word",
        ScalingGuard.Headroom => "The room for more",
        _ => "The range",
    };

    private static string Names(ScalingDecision decision) =>
        decision.Recommendations.IsEmpty ? "none" : string.Join(", ", decision.Recommendations.Select(r => $"'{r.Rule}'"));

    private static string OrNone(object? value) => value is null ? "none" : Phrase.Exact(value);

    private static string Until(DateTimeOffset? time) => time is { } known ? Time(known) : "no time";

    private static string Range(ReplicaRange range) => $"{range.Min} to {range.Max}";

    /// <summary>Where a difference comes from, the deepest first.</summary>
    private enum Source
    {
        Policy,
        Observation,
        Arithmetic,
        State,
        Line,
    }

    private sealed class Differences
    {
        public List<string> Sentences { get; } = [];

        public Source Earliest { get; private set; } = Source.Line;

        public void Add(Source source, string sentence)
        {
            Sentences.Add(sentence);
            if (source < Earliest) Earliest = source;
        }
    }
}
