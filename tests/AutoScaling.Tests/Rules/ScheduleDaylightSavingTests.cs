using System.Globalization;

namespace AutoScaling.Tests.Rules;

/// <summary>
/// Berlin 2026: on 29 March 02:00 becomes 03:00 (01:00 UTC), on 25 October 03:00 becomes 02:00 (01:00 UTC).
/// New York 2026: on 8 March 02:00 becomes 03:00 (07:00 UTC), on 1 November 02:00 becomes 01:00 (06:00 UTC).
/// Lord Howe 2026: on 5 April 02:00 becomes 01:30 (15:00 UTC the day before), on 4 October 02:00 becomes 02:30 (15:30 UTC the day before).
/// </summary>
public sealed class ScheduleDaylightSavingTests
{
    // A start that is skipped happens when the gap ends.
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T00:59:59.9999999Z", "2026-03-29T01:00:00Z")]
    [InlineData("America/New_York", "2026-03-08T06:59:59.9999999Z", "2026-03-08T07:00:00Z")]
    public void Start_InTheGap_OpensWhenTheGapEnds(string zone, string before, string after) => AssertChanges("30 2 * * *", "0 12 * * *", zone, before, after, opens: true);

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T00:59:59.9999999Z", "2026-03-29T01:00:00Z")]
    [InlineData("America/New_York", "2026-03-08T06:59:59.9999999Z", "2026-03-08T07:00:00Z")]
    public void End_InTheGap_ClosesWhenTheGapEnds(string zone, string before, string after) => AssertChanges("0 20 * * *", "30 2 * * *", zone, before, after, opens: false);

    [Fact]
    public void StartAndEnd_InAGapOfHalfAnHour_HappenWhenItEnds()
    {
        AssertChanges("15 2 * * *", "0 12 * * *", "Australia/Lord_Howe", "2026-10-03T15:29:59.9999999Z", "2026-10-03T15:30:00Z", opens: true);
        AssertChanges("0 20 * * *", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:29:59.9999999Z", "2026-10-03T15:30:00Z", opens: false);
    }

    // A time that comes twice happens once, at the first pass.
    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:29:59Z", "2026-10-25T01:30:00Z")]
    [InlineData("30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:29:59Z", "2026-11-01T06:30:00Z")]
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T15:14:59Z", "2026-04-04T15:15:00Z")]
    public void StartAndEnd_InTheOverlap_HappenAtTheFirstPassAndNotAgain(string cron, string zone, string first, string before, string second)
    {
        AssertChanges(cron, "0 12 * * *", zone, Shift(first, -1), first, opens: true);
        AssertChanges("0 20 * * *", cron, zone, Shift(first, -1), first, opens: false);

        // What opened at the first pass and was closed between the passes does not open again.
        var between = Local(zone, first).AddMinutes(5);
        Assert.False(IsOpen(cron, $"{between.Minute} {between.Hour} * * *", zone, before));
        Assert.False(IsOpen(cron, $"{between.Minute} {between.Hour} * * *", zone, second));
        Assert.False(IsOpen("0 20 * * *", cron, zone, second));
    }

    // The window from 02:30 to 03:00 lies in the gap as a whole.
    [Fact]
    public void Window_SkippedAsAWhole_NeverOpens()
    {
        for (var minute = -90; minute <= 90; minute++)
        {
            Assert.False(IsOpen("30 2 * * *", "0 3 * * *", "Europe/Berlin", Shift("2026-03-29T01:00:00Z", minute * 60)));
            Assert.False(IsOpen("15 2 * * *", "45 2 * * *", "Europe/Berlin", Shift("2026-03-29T01:00:00Z", minute * 60)));
        }
    }

    // Closed for a moment at night only: the pause lies in the gap, and the window must not stay closed for a day.
    [Theory]
    [InlineData("0 3 * * *", "30 2 * * *")]
    [InlineData("45 2 * * *", "15 2 * * *")]
    [InlineData("45 2 29 3 *", "15 2 * * *")]
    public void Pause_SkippedAsAWhole_DoesNotClose(string start, string end)
    {
        for (var minute = start.Contains("29 3", StringComparison.Ordinal) ? 0 : -30; minute <= 23 * 60; minute += 15)
        {
            var now = Shift("2026-03-29T01:00:00Z", minute * 60);
            Assert.True(IsOpen(start, end, "Europe/Berlin", now), now);
        }
    }

    [Fact]
    public void Until_InTheGap_IsWhenTheAnswerReallyChanges()
    {
        var rule = new ScheduleRule { Start = "30 2 * * *", End = "0 12 * * *", TimeZone = "Europe/Berlin", Replicas = 5 };
        var now = Parse("2026-03-28T20:00:00Z");
        var said = At(rule, now);
        Assert.Equal((RecommendationKind.None, Parse("2026-03-29T01:00:00Z")), (said.Kind, said.Until));
        Assert.Equal(RecommendationKind.None, At(rule, said.Until!.Value.AddTicks(-1)).Kind);
        Assert.Equal(RecommendationKind.Floor, At(rule, said.Until.Value).Kind);
    }

    /// <summary>The rule against its own words: follow all occurrences forward from long before, and see which came last.</summary>
    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kolkata")]
    [InlineData("UTC")]
    public void Recommend_EveryQuarterOfAnHourAroundTheShifts_FollowsTheOccurrences(string zone)
    {
        (string Start, string End)[] windows =
        [
            ("30 2 * * *", "0 18 * * *"), ("0 18 * * *", "30 2 * * *"), ("0 0 * * *", "30 1 * * *"), ("0 8 * * MON-FRI", "0 2 * * *"), ("0 3 * * SUN", "15 2 * * MON"),
            ("59 59 1 * * *", "0 15 2 * * *"),
        ];
        var tz = TimeZoneInfo.FindSystemTimeZoneById(zone);
        foreach (var (start, end) in windows)
        {
            foreach (var day in new[] { "2026-03-07", "2026-03-28", "2026-04-03", "2026-10-02", "2026-10-24", "2026-10-31" })
            {
                var from = Parse(day + "T00:00:00Z");
                var events = Occurrences(start, tz, from, 1).Concat(Occurrences(end, tz, from, 0)).OrderBy(e => e.At).ThenByDescending(e => e.Opens).ToList();
                for (var now = from; now < from.AddDays(3); now = now.AddMinutes(15))
                {
                    var expected = events.Last(e => e.At <= now).Opens == 1;
                    Assert.True(expected == IsOpen(start, end, zone, now.ToString("o")), $"{start} to {end} in {zone} at {now:o}: open should be {expected}.");
                }
            }
        }
    }

    private static IEnumerable<(DateTimeOffset At, int Opens)> Occurrences(string cron, TimeZoneInfo zone, DateTimeOffset from, int opens)
    {
        var format = cron.Split(' ').Length == 6 ? Cronos.CronFormat.IncludeSeconds : Cronos.CronFormat.Standard;
        return Cronos.CronExpression.Parse(cron, format).GetOccurrences(from.AddDays(-9), from.AddDays(4), zone).Select(at => (at, opens));
    }

    private static void AssertChanges(string start, string end, string zone, string before, string after, bool opens)
    {
        Assert.Equal(!opens, IsOpen(start, end, zone, before));
        Assert.Equal(opens, IsOpen(start, end, zone, after));
    }

    private static bool IsOpen(string start, string end, string zone, string now) =>
        At(new() { Start = start, End = end, TimeZone = zone, Replicas = 5 }, Parse(now)).Kind == RecommendationKind.Floor;

    private static Recommendation At(ScheduleRule rule, DateTimeOffset now) =>
        rule.Recommend(new(new() { Replicas = ReplicaStatus.AllReady(1) }, now));

    private static DateTimeOffset Local(string zone, string time) => TimeZoneInfo.ConvertTime(Parse(time), TimeZoneInfo.FindSystemTimeZoneById(zone));

    private static string Shift(string time, int seconds) => Parse(time).AddSeconds(seconds).ToString("o");

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
