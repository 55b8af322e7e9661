using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds tolerances that hide more than one replica where the counts are least.</summary>
/// <remarks>
/// With n replicas, one replica's worth of load more or less is a change of the ratio by 1/n. So a tolerance t hides n·t replicas. Up, the
/// least count from which the policy can go is Min; down, it is Min + 1.
/// </remarks>
internal static class ToleranceLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var range = subject.Policy.Range;
        if (range.Min == range.Max || !subject.Counting.Any(HasTolerance)) yield break;

        var up = subject.Policy.Behavior.ScaleUp;
        var from = Math.Max(1, range.Min);
        if (from < range.Max && up.Select != RateLimitSelect.Disabled && up.Tolerance * from > 1)
        {
            yield return LintFinding.Of(
                "wide-tolerance",
                "behavior.scaleUp.tolerance",
                $"A tolerance of {LintText.Of(up.Tolerance)} at {Phrase.Replicas(from)} is {LintText.Of(up.Tolerance * from)} replicas: "
                    + $"the load may exceed the target by what so many carry, and none is added. {Right(from)}");
        }

        var down = subject.Policy.Behavior.ScaleDown;
        from = Math.Max(1, range.Min) + 1;
        if (from > range.Max || down.Select == RateLimitSelect.Disabled) yield break;
        if (down.Tolerance >= 1)
        {
            yield return LintFinding.Of(
                "wide-tolerance",
                "behavior.scaleDown.tolerance",
                $"A tolerance of {LintText.Of(down.Tolerance)} reaches from the target down to 0: the rules never ask for fewer replicas, "
                    + $"even without load. {Right(from)}");
        }
        else if (down.Tolerance * from > 1)
        {
            yield return LintFinding.Of(
                "wide-tolerance",
                "behavior.scaleDown.tolerance",
                $"A tolerance of {LintText.Of(down.Tolerance)} at {Phrase.Replicas(from)} "
                    + $"is {LintText.Of(down.Tolerance * from)} replicas: "
                    + $"so many more than the load needs may stay. {Right(from)}");
        }
    }

    private static bool HasTolerance(LintRule rule) => rule.Description?.Comparisons.Any(comparison => comparison.HasTolerance) == true;

    private static string Right(int count) =>
        $"One replica is 1/{count} of them: set the tolerance to {LintText.Of(Math.Floor(1e6 / count) / 1e6)} or less.";
}
