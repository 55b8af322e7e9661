using static AutoScaling.Tests.Rules.RuleTesting;

namespace AutoScaling.Tests.Rules;

public sealed class ScheduleRuleTests
{
    private static readonly ScheduleRule OfficeHours = new() { Start = "0 8 * * MON-FRI", End = "0 18 * * MON-FRI", TimeZone = "Europe/Berlin", Replicas = 5 };

    // 2026-01-01 was a Thursday; Berlin is an hour ahead of UTC in winter.
    [Theory]
    [InlineData("2026-01-01T06:59:59.9999999Z", false, "2026-01-01T07:00:00Z")]
    [InlineData("2026-01-01T07:00:00Z", true, "2026-01-01T17:00:00Z")]
    [InlineData("2026-01-01T16:59:59.9999999Z", true, "2026-01-01T17:00:00Z")]
    [InlineData("2026-01-01T17:00:00Z", false, "2026-01-02T07:00:00Z")]
    [InlineData("2026-01-02T17:00:00Z", false, "2026-01-05T07:00:00Z")] // Friday evening, until Monday
    [InlineData("2026-01-04T12:00:00Z", false, "2026-01-05T07:00:00Z")]
    [InlineData("2026-07-01T06:00:00Z", true, "2026-07-01T16:00:00Z")] // summer: two hours ahead
    [InlineData("2026-01-01T21:00:00+14:00", true, "2026-01-01T17:00:00Z")] // 07:00 UTC, whatever offset the caller writes it with
    public void Recommend_OfficeHours_HoldInTheirOwnZone(string now, bool open, string until)
    {
        var said = At(OfficeHours, now);
        Assert.Equal(open ? (RecommendationKind.Floor, RecommendationReason.ScheduleOpen, 5) : (RecommendationKind.None, RecommendationReason.ScheduleClosed, 0), (said.Kind, said.Reason, said.Replicas));
        Assert.Equal(Time(until), said.Until);
    }

    [Theory]
    [InlineData(ScheduleBound.Floor, RecommendationKind.Floor)]
    [InlineData(ScheduleBound.Ceiling, RecommendationKind.Ceiling)]
    [InlineData(ScheduleBound.Exact, RecommendationKind.Exact)]
    public void Recommend_Open_IsTheBound(ScheduleBound bound, RecommendationKind kind)
    {
        var said = At(OfficeHours with { Bound = bound }, "2026-01-01T12:00:00Z");
        Assert.Equal((kind, 5), (said.Kind, said.Replicas));
    }

    [Theory]
    [InlineData("2026-01-01T21:59:00Z", false)]
    [InlineData("2026-01-01T22:00:00Z", true)]
    [InlineData("2026-01-02T00:00:00Z", true)]
    [InlineData("2026-01-02T03:59:00Z", true)]
    [InlineData("2026-01-02T04:00:00Z", false)]
    public void Recommend_WindowAcrossMidnight_StaysOpen(string now, bool open) => Assert.Equal(open, IsOpen("0 22 * * *", "0 4 * * *", "UTC", now));

    [Theory]
    [InlineData("2026-01-02T17:59:00Z", false)] // Friday
    [InlineData("2026-01-02T18:00:00Z", true)]
    [InlineData("2026-01-04T12:00:00Z", true)]
    [InlineData("2026-01-05T07:59:00Z", true)]
    [InlineData("2026-01-05T08:00:00Z", false)] // Monday
    public void Recommend_WindowOverTheWeekend_StaysOpen(string now, bool open) => Assert.Equal(open, IsOpen("0 18 * * FRI", "0 8 * * MON", "UTC", now));

    [Theory]
    [InlineData("2026-01-02T18:00:00Z", true)]
    [InlineData("2026-01-02T20:00:00Z", true)] // opened again, which changes nothing
    [InlineData("2026-01-03T09:00:00Z", false)]
    [InlineData("2026-01-03T12:00:00Z", false)] // closed again, which changes nothing either
    public void Recommend_SeveralOccurrencesInARow_CountAsOne(string now, bool open) => Assert.Equal(open, IsOpen("0 18-20 * * *", "0 9-12 * * *", "UTC", now));

    [Theory]
    [InlineData("2026-01-01T12:00:29Z", false)]
    [InlineData("2026-01-01T12:00:30Z", true)]
    [InlineData("2026-01-01T12:00:44Z", true)]
    [InlineData("2026-01-01T12:00:45Z", false)]
    public void Recommend_SixFields_AreSecondsFirst(string now, bool open) => Assert.Equal(open, IsOpen("30 * * * * *", "45 * * * * *", "UTC", now));

    [Fact]
    public void Recommend_LastSecondOfAMinute_IsATimeLikeAnyOther()
    {
        Assert.False(IsOpen("59 59 1 * * *", "0 8 * * *", "Europe/Berlin", "2026-01-01T00:59:58.9999999Z"));
        Assert.True(IsOpen("59 59 1 * * *", "0 8 * * *", "Europe/Berlin", "2026-01-01T00:59:59Z"));
        Assert.True(IsOpen("59 59 1 * * *", "0 15 2 * * *", "Europe/Berlin", "2026-03-29T00:59:59.5Z"));
        Assert.False(IsOpen("59 59 1 * * *", "0 15 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z"));
    }

    [Theory]
    [InlineData("2026-02-28T12:00:00Z", true)]
    [InlineData("2026-03-01T00:00:00Z", false)]
    public void Recommend_LastDayOfTheMonth_IsUnderstood(string now, bool open) => Assert.Equal(open, IsOpen("0 0 L * *", "0 0 1 * *", "UTC", now));

    [Fact]
    public void Recommend_StartAndEndAtTheSameTimes_IsNeverOpen()
    {
        foreach (var hour in Enumerable.Range(0, 48)) Assert.False(IsOpen("0 8 * * *", "0 8 * * *", "UTC", $"2026-01-{1 + (hour / 24):00}T{hour % 24:00}:00:00Z"));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void Recommend_EndsOfTime_IsClosedAndDoesNotThrow(string now)
    {
        foreach (var zone in new[] { "UTC", "Asia/Tokyo", "America/Los_Angeles" })
        {
            Assert.Equal(RecommendationKind.None, At(OfficeHours with { TimeZone = zone }, now).Kind);
            Assert.Equal(RecommendationKind.None, At(OfficeHours with { TimeZone = zone, Start = "0 0 29 2 MON#5", End = "0 0 29 2 MON#5" }, now).Kind);
        }
    }

    [Theory]
    [InlineData("0003-06-05T12:00:00Z")]
    [InlineData("1970-01-02T12:00:00Z")]
    [InlineData("9997-06-03T12:00:00Z")]
    public void Recommend_TimesFarAway_AreTimesLikeAnyOther(string now) => Assert.True(IsOpen("0 8 * * *", "0 18 * * *", "UTC", now));

    [Theory]
    [InlineData("", "The given cron expression has an invalid format. Minutes: Value must be a number between 0 and 59 (all inclusive).")]
    [InlineData("8:00", "The given cron expression has an invalid format. Minutes: Unexpected character ':'.")]
    [InlineData("60 8 * * *", "The given cron expression has an invalid format. Minutes: Value must be a number between 0 and 59 (all inclusive).")]
    [InlineData("0 8 * *", "The given cron expression has an invalid format. Months: Unexpected end.")]
    [InlineData("0 8 * * FUN", "The given cron expression has an invalid format. Days of week: Value must be a number between 0 and 7 (all inclusive).")]
    [InlineData("0 0 8 * * * *", "The given cron expression has an invalid format. Unexpected character '*'.")]
    [InlineData("H 8 * * *", "Using H in the format requires providing a jitter seed.")]
    [InlineData("0 0 30 2 *", "it names no time that ever comes")]
    [InlineData("0 0 0 31 6 *", "it names no time that ever comes")]
    public void StartAndEnd_NoCronExpression_NameTheRuleAndTheValue(string text, string why)
    {
        AssertSays($"Start must be a cron expression of five or six fields, but is '{text}' (", why, () => OfficeHours with { Start = text });
        AssertSays($"End must be a cron expression of five or six fields, but is '{text}' (", why, () => OfficeHours with { End = text });
    }

    [Fact]
    public void StartAndEnd_Null_NameTheRule()
    {
        Assert.StartsWith("Start must be a cron expression of five or six fields, but is '' (", Assert.Throws<ScalingException>(() => OfficeHours with { Start = null! }).Message, StringComparison.Ordinal);
        Assert.Equal("TimeZone must be an IANA time zone known to this machine, but is ''.", Assert.Throws<ScalingException>(() => OfficeHours with { TimeZone = null! }).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mars/Phobos")]
    [InlineData("Europe")]
    [InlineData("../../etc/hostname")]
    [InlineData("UTC+2")]
    public void TimeZone_Unknown_NamesTheRuleAndTheValue(string zone) =>
        AssertInvalid($"TimeZone must be an IANA time zone known to this machine, but is '{zone}'.", () => OfficeHours with { TimeZone = zone });

    [Fact]
    public void Replicas_Negative_NamesTheRuleAndTheValue() => AssertInvalid("Replicas must be at least 0, but is -1.", () => OfficeHours with { Replicas = -1 });

    [Fact]
    public void Equals_SameSettings_AreEqualWhateverWasParsed()
    {
        var same = new ScheduleRule { Start = OfficeHours.Start, End = OfficeHours.End, TimeZone = "Europe/Berlin", Replicas = 5 };
        Assert.Equal(OfficeHours, same);
        Assert.Equal(OfficeHours.GetHashCode(), same.GetHashCode());
        ScheduleRule[] others =
        [
            same with { Start = "0 9 * * *" }, same with { End = "0 9 * * *" }, same with { TimeZone = "UTC" }, same with { Replicas = 6 },
            same with { Bound = ScheduleBound.Exact }, same with { Name = "other" },
        ];
        Assert.All(others, other => Assert.NotEqual(OfficeHours, other));
    }

    private static void AssertSays(string start, string why, Func<object> create)
    {
        var error = Assert.Throws<ScalingException>(create);
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal(start + why + ").", error.Message);
    }

    private static bool IsOpen(string start, string end, string zone, string now) =>
        At(new() { Start = start, End = end, TimeZone = zone, Replicas = 5 }, now).Kind == RecommendationKind.Floor;

    private static Recommendation At(ScheduleRule rule, string now) =>
        rule.Recommend(new(new() { Replicas = ReplicaStatus.AllReady(1) }, Time(now)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
