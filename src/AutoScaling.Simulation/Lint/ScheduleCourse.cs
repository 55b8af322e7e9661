namespace AutoScaling.Simulation.Lint;

/// <summary>
/// When one schedule opens and closes, as its answers tell: its first changes, or all within 28 years, after which the days of the week
/// repeat.
/// </summary>
internal sealed class ScheduleCourse
{
    private const int MostQuestions = 1500;
    private static readonly DateTimeOffset End = Supposed.Epoch.AddYears(28);

    private ScheduleCourse()
    {
    }

    /// <summary>Whether a year of it or more was looked at, so that what was not seen there does not happen.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The instants from which it is open.</summary>
    public List<DateTimeOffset> Openings { get; } = [];

    public TimeSpan LongestOpen { get; private set; }

    /// <summary>The longest time between two openings that it is closed.</summary>
    public TimeSpan LongestClosed { get; private set; }

    public static ScheduleCourse Of(ScalingRule rule, DescribedTimes times, ScalingPolicy policy)
    {
        var course = new ScheduleCourse();
        var nothing = Supposed.WithoutReadings(0);
        DateTimeOffset? since = null;
        var wasOpen = false;
        var now = Supposed.Epoch;
        for (var i = 0; i < MostQuestions && now < End; i++)
        {
            var said = rule.Recommend(Supposed.Context(policy, nothing, now));
            var open = said.Kind != RecommendationKind.None;
            if (since is null || open != wasOpen)
            {
                course.Note(wasOpen, now - (since ?? now));
                if (open) course.Openings.Add(now);
                (wasOpen, since) = (open, now);
            }

            if (said.Until is not { } until || until <= now) break;
            now = until;
        }

        course.IsKnown = now - Supposed.Epoch > TimeSpan.FromDays(366) || string.Equals(times.Start, times.End, StringComparison.Ordinal);
        return course;
    }

    private void Note(bool open, TimeSpan lasted)
    {
        if (open) LongestOpen = lasted > LongestOpen ? lasted : LongestOpen;
        else LongestClosed = lasted > LongestClosed ? lasted : LongestClosed;
    }
}
