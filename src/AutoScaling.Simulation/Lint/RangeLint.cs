using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds ranges that leave the rules nothing to decide, and constants outside the range.</summary>
internal static class RangeLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var range = subject.Policy.Range;
        if (range.Min == range.Max && !subject.Rules.All(rule => Constant(rule)?.Replicas == range.Min))
        {
            yield return LintFinding.Of(
                "contradicting-range",
                "range",
                $"Min and Max are both {range.Min}, so no rule ever changes the count. Raise Max or lower Min; "
                    + $"if the count is to be constant, a FixedRule of {range.Min} says so.");
        }

        // In a sum each constant is only a part of the count, so it may lie outside of the range.
        if (subject.Policy.Combine == RuleCombination.Sum && subject.Counting.Length > 1) yield break;
        foreach (var rule in subject.Rules)
        {
            if (Constant(rule) is not { Replicas: var count, Setting: var setting } || range.Contains(count)) continue;
            var near = range.Clamp(count);
            var (end, bound) = count < range.Min ? ("least", "Min") : ("most", "Max");
            yield return LintFinding.Of(
                "contradicting-range",
                rule.Path(setting),
                $"The rule asks for {Phrase.Replicas(count)}, and the range {range} allows at {end} {near}: it counts as {near}. "
                    + $"Set it to a count in the range, or {bound} to {count}.");
        }
    }

    private static DescribedCount? Constant(LintRule rule) =>
        rule.Description?.Count is { Kind: RecommendationKind.Replicas } count ? count : null;
}
