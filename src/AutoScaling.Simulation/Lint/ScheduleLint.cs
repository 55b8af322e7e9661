using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Lint;

/// <summary>Finds schedules that are never open, practically always open, without effect, or against each other.</summary>
internal static class ScheduleLint
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var openings = new SortedSet<DateTimeOffset>();
        var range = subject.Policy.Range;
        foreach (var rule in subject.Rules)
        {
            if (rule.Description?.Times is not { } times) continue;
            var course = ScheduleCourse.Of(rule.Rule, times, subject.Policy);
            openings.UnionWith(course.Openings);
            if (course.IsKnown && OfTimes(rule, times, course, subject.Interval) is { } found) yield return found;
            if (range.Min < range.Max && rule.Description.Count is { } bound && OfBound(rule, bound, range) is { } effectless)
                yield return effectless;
        }

        foreach (var finding in Contradictions(subject, openings)) yield return finding;
    }

    private static LintFinding? OfTimes(LintRule rule, DescribedTimes schedule, ScheduleCourse course, TimeSpan interval)
    {
        var times = $"Start '{schedule.Start}' and end '{schedule.End}'";
        if (course.Openings.Count == 0)
        {
            return LintFinding.Of(
                "ineffective-schedule",
                rule.Path("start"),
                $"{times} come at the same times, so the schedule never opens. "
                    + "Let it end at another time than it starts; if it is to hold always, set the range instead.");
        }

        if (course.LongestOpen > TimeSpan.Zero && course.LongestOpen < interval)
        {
            return LintFinding.Of(
                "long-interval",
                rule.Path("end"),
                $"The schedule is open for at most {Phrase.Exact(course.LongestOpen)}, "
                    + $"and the policy is evaluated every {Phrase.Exact(interval)}: it may open and close unseen. "
                    + $"Let it stay open for {Phrase.Exact(interval)} or more, or evaluate more often.");
        }

        if (course.LongestClosed <= TimeSpan.Zero || course.LongestClosed > Moment) return null;
        return LintFinding.Of(
            "ineffective-schedule",
            rule.Path("start"),
            $"{times} leave the schedule closed for at most {Phrase.Exact(course.LongestClosed)}: "
                + "it opens again as soon as it is closed, for start names each time at which it opens, not the times between. "
                + "Let start name only the first of them, such as '0 8 * * *' for 8 o'clock; "
                + "if it is to hold always, set the range instead.");
    }

    private static LintFinding? OfBound(LintRule rule, DescribedCount bound, ReplicaRange range)
    {
        var count = bound.Replicas;
        if (bound.Kind == RecommendationKind.OnTop) return null;
        if (bound.Kind != RecommendationKind.Ceiling && count > range.Max) return Outside("more than Max", "Max");
        if (bound.Kind != RecommendationKind.Floor && count < range.Min) return Outside("less than Min", "Min");
        if (bound.Kind == RecommendationKind.Floor && count <= range.Min) return Nothing("Min", range.Min, "above");
        if (bound.Kind == RecommendationKind.Ceiling && count >= range.Max) return Nothing("Max", range.Max, "below");
        return null;

        LintFinding Outside(string how, string end)
        {
            var near = range.Clamp(count);
            return LintFinding.Of(
                "contradicting-range",
                rule.Path(bound.Setting),
                $"The schedule's {bound.Setting} of {count} is {how} ({near}), and a schedule never leaves the range: it counts as {near}. "
                    + $"Set it to a count in the range {range}, or {end} to {count}.");
        }

        LintFinding Nothing(string end, int value, string beyond) => LintFinding.Of(
            "ineffective-schedule",
            rule.Path(bound.Setting),
            $"A {bound.Setting} of {count} changes nothing while {end} is {value}. Set it {beyond} {value}, or leave the schedule out.");
    }

    /// <summary>
    /// Two bounds that contradict each other do so at once when the later one of them opens, so only openings are looked at.
    /// </summary>
    private static IEnumerable<LintFinding> Contradictions(LintSubject subject, IEnumerable<DateTimeOffset> openings)
    {
        var bounding = subject.Rules.Where(rule => rule.MayBound).ToList();
        if (bounding.Count < 2) yield break;
        var nothing = Supposed.WithoutReadings(Math.Max(1, subject.Policy.Range.Min));
        var found = new HashSet<(int, int)>();
        foreach (var now in openings)
        {
            var said = bounding.Select(rule => Bound.Of(rule, subject.Policy, nothing, now)).ToList();
            foreach (var floor in said.Where(bound => bound.IsFloor))
            {
                foreach (var ceiling in said.Where(bound => bound.IsCeiling))
                {
                    // Who gave them different priorities knows which one counts.
                    if (floor.Rule.Index == ceiling.Rule.Index || floor.Replicas <= ceiling.Replicas) continue;
                    if (floor.Priority != ceiling.Priority) continue;
                    if (found.Add((floor.Rule.Index, ceiling.Rule.Index))) yield return Contradiction(floor, ceiling, now);
                }
            }
        }
    }

    private static LintFinding Contradiction(Bound floor, Bound ceiling, DateTimeOffset now)
    {
        var wants = floor.IsCeiling ? $"just {floor.Replicas}" : $"no fewer than {floor.Replicas}";
        var allows = ceiling.IsFloor ? $"just {ceiling.Replicas}" : $"no more than {ceiling.Replicas}";
        return LintFinding.Of(
            "contradicting-schedules",
            ceiling.Rule.Description?.Count is { } count ? ceiling.Rule.Path(count.Setting) : $"rules[{ceiling.Rule.Index}]",
            $"At {Phrase.Of(now)}, for one, rules[{floor.Rule.Index}] allows {wants} and rules[{ceiling.Rule.Index}] {allows}: "
                + "the highest floor wins, and the other bound has no effect. "
                + "Let the two be open at different times, or make room for both counts.");
    }

    /// <summary>What a rule allows at some time, brought into the range.</summary>
    private sealed record Bound(LintRule Rule, RecommendationKind Kind, int Replicas)
    {
        public bool IsFloor => Kind is RecommendationKind.Floor or RecommendationKind.Exact;

        public int Priority => (Rule.Rule as ScheduleRule)?.Priority ?? 0;

        public bool IsCeiling => Kind is RecommendationKind.Ceiling or RecommendationKind.Exact;

        public static Bound Of(LintRule rule, ScalingPolicy policy, ScalingObservation observation, DateTimeOffset now)
        {
            var said = rule.Rule.Recommend(Supposed.Context(policy, observation, now));
            return new(rule, said.Kind, policy.Range.Clamp(said.Replicas));
        }
    }
}
