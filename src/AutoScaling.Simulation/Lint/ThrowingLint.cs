namespace AutoScaling.Simulation.Lint;

/// <summary>Finds rules of the user's own that throw. It runs last, since it tells what the other lints came across.</summary>
internal static class ThrowingLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        // The other lints do not ask every rule.
        var observation = Supposed.WithoutReadings(Math.Max(1, subject.Policy.Range.Min));
        foreach (var rule in subject.Rules)
        {
            if (rule.Rule is ForeignRule own) own.Recommend(Supposed.Context(subject.Policy, observation, Supposed.Epoch));
        }

        return subject.Troubles.All.Select(thrown => LintFinding.Of(
            "rule-throws",
            $"rules[{thrown.Rule}]",
            $"The rule throws {thrown.Trouble.GetType().Name} ({thrown.Trouble.Message}), "
                + "and an evaluation at which it does decides nothing. Let it return Recommendation.Unavailable where it cannot say."));
    }
}
