using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds windows, cooldowns and periods that are over before the next evaluation.</summary>
internal static class IntervalLint
{
    public static IEnumerable<LintFinding> Check(LintSubject subject) =>
    [
        .. Of(subject, "scaleUp", subject.Policy.Behavior.ScaleUp, down: false),
        .. Of(subject, "scaleDown", subject.Policy.Behavior.ScaleDown, down: true),
    ];

    private static IEnumerable<LintFinding> Of(LintSubject subject, string name, DirectionBehavior direction, bool down)
    {
        if (direction.Select == RateLimitSelect.Disabled) yield break;
        var every = Phrase.Exact(subject.Interval);

        // What is as old as the window does not count any more, so a window as long as the interval holds one recommendation.
        if (direction.StabilizationWindow > TimeSpan.Zero && direction.StabilizationWindow <= subject.Interval)
        {
            yield return LintFinding.Of(
                "long-interval",
                $"behavior.{name}.stabilizationWindow",
                $"The policy is evaluated every {every}, so a window of {Phrase.Exact(direction.StabilizationWindow)} "
                    + "holds one recommendation, the newest, and steadies nothing. "
                    + $"Set it to {Phrase.Exact(2 * subject.Interval)} or more, or evaluate more often.");
        }

        if (direction.Cooldown > TimeSpan.Zero && direction.Cooldown <= subject.Interval)
        {
            yield return LintFinding.Of(
                "long-interval",
                $"behavior.{name}.cooldown",
                $"The policy is evaluated every {every}, so a cooldown of {Phrase.Exact(direction.Cooldown)} is over each time "
                    + "and holds nothing back. "
                    + $"Set it to more than {every}, or evaluate more often.");
        }

        // A limit of 100 % allows to remove all replicas, so it limits nothing; with Select Max neither do the others beside it.
        var limits = direction.RateLimits.Where(limit => !down || limit.Unit != RateLimitUnit.Percent || limit.Value < 100).ToList();
        if (limits.Count < direction.RateLimits.Length && direction.Select == RateLimitSelect.Max) yield break;
        if (limits.Where(limit => limit.Period < subject.Interval).MinBy(limit => limit.Period) is not { } shortest) yield break;
        yield return LintFinding.Of(
            "long-interval",
            $"behavior.{name}.rateLimits",
            $"The policy is evaluated every {every}, so the limit of {shortest} never counts an earlier change: "
                + $"it allows as much once every {every}, {LintText.Of(subject.Interval / shortest.Period)} times slower than it says. "
                + $"Set its period to {every} or more, or evaluate every {Phrase.Exact(shortest.Period)}.");
    }
}
