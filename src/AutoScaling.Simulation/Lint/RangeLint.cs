namespace AutoScaling.Simulation;

/// <summary>Finds ranges that leave the rules nothing to decide, and constants outside the range.</summary>
internal static class RangeLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var range = subject.Policy.Range;
        if (range.Min == range.Max && !subject.Rules.All(rule => rule is FixedRule same && same.Replicas == range.Min))
        {
            yield return LintSubject.Find(
                "contradicting-range",
                "range",
                $"Min and Max are both {range.Min}, so no rule ever changes the count. Raise Max or lower Min; if the count is to be constant, a FixedRule of {range.Min} says so.");
        }

        // In a sum a constant is a part, and may be any.
        if (subject.Policy.Combine == RuleCombination.Sum && subject.Counting.Length > 1) yield break;
        for (var i = 0; i < subject.Rules.Length; i++)
        {
            if (subject.Rules[i] is not FixedRule { Replicas: var count } || range.Contains(count)) continue;
            var near = range.Clamp(count);
            yield return LintSubject.Find(
                "contradicting-range",
                $"rules[{i}].replicas",
                $"The rule asks for {LintText.Replicas(count)}, and the range {range} allows at {(count < range.Min ? "least" : "most")} {near}: it counts as {near}. "
                    + $"Set it to a count in the range, or {(count < range.Min ? "Min" : "Max")} to {count}.");
        }
    }
}
