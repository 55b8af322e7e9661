using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds least counts that rounding never reaches, and a 0 from which nothing leads back.</summary>
internal static class MinimumLint
{
    // Steps of one replica from a higher start would take too long; and rounding matters only far below.
    private const int HighestStart = 1000;

    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        if (subject.Counting.IsEmpty) return [];
        var grid = new LoadGrid(subject);
        return [.. Stuck(subject, grid), .. NoWayBack(subject, grid)];
    }

    /// <summary>Goes down without load, from many replicas, until the rules ask for no fewer.</summary>
    private static IEnumerable<LintFinding> Stuck(LintSubject subject, LoadGrid grid)
    {
        var range = subject.Policy.Range;
        if (subject.Policy.Behavior.ScaleDown.Select == RateLimitSelect.Disabled) yield break;

        var count = Math.Max(range.Min, Math.Min(range.Max, HighestStart));
        var trial = new Trial(subject, grid.None, count);
        var decision = trial.Ask(count);
        while (decision.To < count)
        {
            count = decision.To;
            decision = trial.Ask(count);
        }

        for (var i = 0; i < subject.Counting.Length && count > range.Min && decision.To == count; i++)
        {
            var said = decision.Recommendations[i];
            if (said.Kind != RecommendationKind.Replicas || said.Replicas != count) continue;
            var rule = subject.Counting[i];
            if (rule.Description?.RoundsUp is { } rounds && said.Reason == RecommendationReason.BelowTarget)
            {
                var name = char.ToUpperInvariant(rounds.Setting[0]) + rounds.Setting[1..];
                yield return LintFinding.Of(
                    "unreachable-minimum",
                    rule.Path(rounds.Setting),
                    $"With {name} {count} × {LintText.Of(rounds.Factor)} is rounded up to {count}: once there are {Phrase.Replicas(count)} "
                        + $"there are never fewer, without any load, though Min is {range.Min}. "
                        + $"Leave {name} off, or set Min to {count}.");
            }
            else if (OnlyAdds(subject) && StepsThatOnlyAdd(rule) is { } always)
            {
                yield return LintFinding.Of(
                    "unreachable-minimum",
                    rule.Path(always.Setting),
                    $"No step of {subject.NameOf(i)} removes replicas, and nothing else in the policy does, "
                        + "so what was added stays for ever, without any load. "
                        + "Give it a step that removes them too.");
            }
            else if (StepsThatOnlyAdd(rule) is { } steps
                && subject.Policy.Combine != RuleCombination.Sum
                && AsksForFewer(decision, count) is { } other)
            {
                yield return LintFinding.Of(
                    "unreachable-minimum",
                    rule.Path(steps.Setting),
                    $"No step of {subject.NameOf(i)} removes replicas, so outside its steps it asks for as many as there are, "
                        + $"and {subject.NameOf(other)} never gets fewer, without any load. "
                        + "Give it a step that removes them too, or let one rule hold the steps for both ways.");
            }
        }
    }

    /// <summary>Whether nothing in the policy can ever take a replica away.</summary>
    private static bool OnlyAdds(LintSubject subject) =>
        subject.Counting.All(rule => StepsThatOnlyAdd(rule) is not null
            && (rule.Description?.Activation is null || subject.Policy.Range.Min > 0))
        && !subject.Rules.Any(rule => rule.Description is null or { Count.Kind: RecommendationKind.Ceiling or RecommendationKind.Exact });

    private static MetricComparison? StepsThatOnlyAdd(LintRule rule) => rule.Description?.Comparisons.FirstOrDefault(
        comparison => !comparison.Steps.IsEmpty && comparison.Steps.All(step => step is { To: null, Change: >= 0 }));

    private static int? AsksForFewer(ScalingDecision decision, int count)
    {
        for (var i = 0; i < decision.Recommendations.Length; i++)
        {
            if (decision.Recommendations[i] is { Kind: RecommendationKind.Replicas } said && said.Replicas < count) return i;
        }

        return null;
    }

    /// <summary>
    /// Averages have no reading without replicas, and a share of 0 is 0. Schedules, and rules of which only the answers are known, may lead
    /// back at times.
    /// </summary>
    private static IEnumerable<LintFinding> NoWayBack(LintSubject subject, LoadGrid grid)
    {
        if (subject.Policy.Range is not { Min: 0, Max: > 0 } || subject.Rules.Any(MayLift)) yield break;
        if (new Trial(subject, grid.None, 1).Ask(1).To > 0) yield break;

        var everAsksForMore = false;
        foreach (var load in grid.For(1))
        {
            var trial = new Trial(subject, load, 1);
            if (trial.Ask(0).To > 0) yield break;
            everAsksForMore |= trial.Ask(1).To > 1;
        }

        if (!everAsksForMore) yield break;
        yield return LintFinding.Of(
            "no-way-back-from-zero",
            "range.min",
            "Without load the policy goes to 0 replicas, and stays there: an average over the replicas has no reading without any, "
                + "and a multiple of 0 is 0. "
                + "Set Min to 1, or add a rule on a total, such as a BacklogRule or one that tracks TotalPerReplica.");
    }

    private static bool MayLift(LintRule rule) =>
        rule.Description is null or { Count: { Kind: RecommendationKind.Floor or RecommendationKind.Exact, Replicas: > 0 } };
}
