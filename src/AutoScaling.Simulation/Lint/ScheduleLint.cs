namespace AutoScaling.Simulation;

/// <summary>Finds schedules that are never open, practically always open, without effect, or against each other.</summary>
internal static class ScheduleLint
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    public static IEnumerable<LintFinding> Check(LintSubject subject)
    {
        var courses = new SortedDictionary<int, ScheduleCourse>();
        for (var i = 0; i < subject.Rules.Length; i++)
        {
            if (subject.Rules[i] is not ScheduleRule rule) continue;
            var course = courses[i] = ScheduleCourse.Of(rule, subject.Policy);
            foreach (var finding in OfTimes(rule, i, course, subject.Interval)) yield return finding;
            if (subject.Policy.Range.Min < subject.Policy.Range.Max && OfBound(rule, i, subject.Policy.Range) is { } bound) yield return bound;
        }

        foreach (var finding in Contradictions(subject, courses.Values)) yield return finding;
    }

    private static IEnumerable<LintFinding> OfTimes(ScheduleRule rule, int index, ScheduleCourse course, TimeSpan interval)
    {
        var times = $"Start '{rule.Start}' and end '{rule.End}'";
        if (!course.IsKnown) yield break;
        if (course.Openings.Count == 0)
        {
            yield return LintSubject.Find(
                "ineffective-schedule", $"rules[{index}].start", $"{times} come at the same times, so the schedule never opens. Let it end at another time than it starts; if it is to hold always, set the range instead.");
        }
        else if (course.LongestOpen > TimeSpan.Zero && course.LongestOpen < interval)
        {
            yield return LintSubject.Find(
                "long-interval",
                $"rules[{index}].end",
                $"The schedule is open for at most {LintText.Of(course.LongestOpen)}, and the policy is evaluated every {LintText.Of(interval)}: it may open and close unseen. "
                    + $"Let it stay open for {LintText.Of(interval)} or more, or evaluate more often.");
        }
        else if (course.LongestClosed > TimeSpan.Zero && course.LongestClosed <= Moment)
        {
            yield return LintSubject.Find(
                "ineffective-schedule",
                $"rules[{index}].start",
                $"{times} leave the schedule closed for at most {LintText.Of(course.LongestClosed)}: it opens again as soon as it is closed, for start names each time at which it opens, not the times between. "
                    + "Let start name only the first of them, such as '0 8 * * *' for 8 o'clock; if it is to hold always, set the range instead.");
        }
    }

    private static LintFinding? OfBound(ScheduleRule rule, int index, ReplicaRange range)
    {
        var setting = $"rules[{index}].{NameOf(rule)}";
        if (rule.Bound != ScheduleBound.Ceiling && rule.Replicas > range.Max) return Outside("more than Max", "Max");
        if (rule.Bound != ScheduleBound.Floor && rule.Replicas < range.Min) return Outside("less than Min", "Min");
        if (rule.Bound == ScheduleBound.Floor && rule.Replicas <= range.Min) return Nothing("floor", "Min", range.Min, "above");
        if (rule.Bound == ScheduleBound.Ceiling && rule.Replicas >= range.Max) return Nothing("ceiling", "Max", range.Max, "below");
        return null;

        LintFinding Outside(string how, string bound)
        {
            var near = range.Clamp(rule.Replicas);
            return LintSubject.Find(
                "contradicting-range", setting, $"The schedule's {NameOf(rule)} of {rule.Replicas} is {how} ({near}), and a schedule never leaves the range: it counts as {near}. Set it to a count in the range {range}, or {bound} to {rule.Replicas}.");
        }

        LintFinding Nothing(string what, string bound, int value, string beyond) => LintSubject.Find(
            "ineffective-schedule", setting, $"A {what} of {rule.Replicas} changes nothing while {bound} is {value}. Set it {beyond} {value}, or leave the schedule out.");
    }

    /// <summary>Whatever contradicts something else does so from when one of the two opens.</summary>
    private static IEnumerable<LintFinding> Contradictions(LintSubject subject, IEnumerable<ScheduleCourse> courses)
    {
        if (subject.Bounding.Length < 2) yield break;
        var range = subject.Policy.Range;
        var nothing = new ScalingObservation { Replicas = ReplicaStatus.AllReady(Math.Max(1, range.Min)) };
        var found = new HashSet<(int, int)>();
        foreach (var now in courses.SelectMany(course => course.Openings).Distinct().Order())
        {
            var said = subject.Bounding.Select(rule => subject.Rules[rule].Recommend(subject.Policy.CreateContext(nothing, now))).ToList();
            for (var floor = 0; floor < said.Count; floor++)
            {
                for (var ceiling = 0; ceiling < said.Count; ceiling++)
                {
                    if (said[floor].Kind is not (RecommendationKind.Floor or RecommendationKind.Exact) || said[ceiling].Kind is not (RecommendationKind.Ceiling or RecommendationKind.Exact)) continue;
                    var (least, most) = (range.Clamp(said[floor].Replicas), range.Clamp(said[ceiling].Replicas));
                    if (floor == ceiling || least <= most || !found.Add((floor, ceiling))) continue;
                    yield return Contradiction(subject, floor, ceiling, said[floor].Kind, said[ceiling].Kind, least, most, now);
                }
            }
        }
    }

    private static LintFinding Contradiction(LintSubject subject, int floor, int ceiling, RecommendationKind floorKind, RecommendationKind ceilingKind, int least, int most, DateTimeOffset now)
    {
        int high = subject.Bounding[floor], low = subject.Bounding[ceiling];
        var wants = floorKind == RecommendationKind.Exact ? $"just {least}" : $"no fewer than {least}";
        var allows = ceilingKind == RecommendationKind.Exact ? $"just {most}" : $"no more than {most}";
        return LintSubject.Find(
            "contradicting-schedules",
            subject.Rules[low] is ScheduleRule rule ? $"rules[{low}].{NameOf(rule)}" : $"rules[{low}]",
            $"At {LintText.Of(now)}, for one, rules[{high}] allows {wants} and rules[{low}] {allows}: the highest floor wins, and the other bound has no effect. "
                + "Let the two be open at different times, or make room for both counts.");
    }

    private static string NameOf(ScheduleRule rule) => rule.Bound switch
    {
        ScheduleBound.Floor => "floor",
        ScheduleBound.Ceiling => "ceiling",
        _ => "exact",
    };
}
