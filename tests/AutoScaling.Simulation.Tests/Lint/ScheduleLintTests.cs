using static AutoScaling.Simulation.Tests.Lint.LintTesting;

namespace AutoScaling.Simulation.Tests.Lint;

public sealed class ScheduleLintTests
{
    [Fact]
    public void Check_FloorAboveCeiling_IsFoundWithItsTime() => Assert.Equal(
        ("contradicting-schedules", "rules[2].ceiling",
            "At 2028-01-03 12:30:00Z, for one, rules[1] allows no fewer than 8 and rules[2] no more than 5: the highest floor wins, and the other bound has no effect. Let the two be open at different times, or make room for both counts."),
        Only(With(Floor("0 8 * * MON-FRI", "0 18 * * MON-FRI", 8), Ceiling("30 12 * * *", "0 13 * * *", 5))));

    [Fact]
    public void Check_ExactsOnOneRareDay_AreFound() => Assert.Equal(
        ("contradicting-schedules", "rules[2].exact",
            "At 2028-02-29 12:00:00Z, for one, rules[1] allows just 7 and rules[2] just 3: the highest floor wins, and the other bound has no effect. Let the two be open at different times, or make room for both counts."),
        Only(With(Exact("0 0 29 2 *", "0 0 1 3 *", 7), Exact("0 12 * * SUN-SAT", "0 13 * * *", 3))));

    [Fact]
    public void Check_FloorAndCeilingApart_AreFine() => None(With(Floor("0 8 * * MON-FRI", "0 18 * * MON-FRI", 8), Ceiling("0 18 * * *", "0 8 * * *", 5), Ceiling("30 12 * * SAT", "0 13 * * SAT", 5)));

    [Fact]
    public void Check_FloorBelowCeiling_IsFine() => None(With(Floor("0 8 * * *", "0 18 * * *", 4), Ceiling("30 12 * * *", "0 13 * * *", 5)));

    [Fact]
    public void Check_StartIsEnd_IsFound() => Assert.Equal(
        ("ineffective-schedule", "rules[1].start",
            "Start '0 8 * * *' and end '0 8 * * *' come at the same times, so the schedule never opens. Let it end at another time than it starts; if it is to hold always, set the range instead."),
        Only(With(Floor("0 8 * * *", "0 8 * * *", 5))));

    [Fact]
    public void Check_EveryStartIsAnEnd_IsFound() =>
        Assert.StartsWith("Start '0 8 * * MON' and end '0 8 * * *' come at the same times", Only(With(Floor("0 8 * * MON", "0 8 * * *", 5))).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_StartThatNamesTheTimesBetween_IsFound() => Assert.Equal(
        ("ineffective-schedule", "rules[1].start",
            "Start '* 8-18 * * *' and end '0 18 * * *' leave the schedule closed for at most 1m: it opens again as soon as it is closed, for start names each time at which it opens, not the times between. Let start name only the first of them, such as '0 8 * * *' for 8 o'clock; if it is to hold always, set the range instead."),
        Only(With(Floor("* 8-18 * * *", "0 18 * * *", 5))));

    [Fact]
    public void Check_OpeningsShorterThanTheInterval_AreFound() => Assert.Equal(
        ("long-interval", "rules[1].end",
            "The schedule is open for at most 20s, and the policy is evaluated every 30s: it may open and close unseen. Let it stay open for 30s or more, or evaluate more often."),
        Only(With(Floor("0 0 8 * * *", "20 0 8 * * *", 5))));

    [Fact]
    public void Check_EffectlessBounds_AreFound()
    {
        Assert.Equal(("ineffective-schedule", "rules[1].floor", "A floor of 2 changes nothing while Min is 2. Set it above 2, or leave the schedule out."), Only(With(Floor("0 8 * * *", "0 18 * * *", 2))));
        Assert.Equal(("ineffective-schedule", "rules[1].ceiling", "A ceiling of 12 changes nothing while Max is 10. Set it below 10, or leave the schedule out."), Only(With(Ceiling("0 8 * * *", "0 18 * * *", 12))));
    }

    [Fact]
    public void Check_BoundsOutsideTheRange_AreFound()
    {
        Assert.Equal(
            ("contradicting-range", "rules[1].floor", "The schedule's floor of 12 is more than Max (10), and a schedule never leaves the range: it counts as 10. Set it to a count in the range 2..10, or Max to 12."),
            Only(With(Floor("0 8 * * *", "0 18 * * *", 12))));
        Assert.Equal(
            ("contradicting-range", "rules[1].exact", "The schedule's exact of 1 is less than Min (2), and a schedule never leaves the range: it counts as 2. Set it to a count in the range 2..10, or Min to 1."),
            Only(With(Exact("0 8 * * *", "0 18 * * *", 1))));
    }

    [Theory]
    [InlineData("0 8 * * MON-FRI", "0 18 * * MON-FRI", "Europe/Berlin")]
    [InlineData("30 2 * * *", "30 3 * * *", "America/New_York")]
    [InlineData("0 0 13 * FRI", "0 0 14 * *", "UTC")]
    [InlineData("*/20 * * * *", "*/30 * * * *", "UTC")]
    [InlineData("0 6 * * *", "0 4 * * *", "UTC")]
    public void Check_OrdinaryTimes_AreFine(string start, string end, string zone) => None(With(Floor(start, end, 5) with { TimeZone = zone }));

    [Fact]
    public void Check_ReplicasOnTop_ContradictNothing() =>
        None(With(Floor("0 8 * * MON-FRI", "0 18 * * MON-FRI", 5), Floor("0 8 * * MON-FRI", "0 18 * * MON-FRI", 1) with { Bound = ScheduleBound.Add }));

    private static ScalingPolicy With(params ScheduleRule[] schedules) => Policy([Tracking(60), .. schedules]) with { Range = new(2, 10) };

    private static ScheduleRule Floor(string start, string end, int replicas) => new() { Start = start, End = end, Replicas = replicas };

    private static ScheduleRule Ceiling(string start, string end, int replicas) => Floor(start, end, replicas) with { Bound = ScheduleBound.Ceiling };

    private static ScheduleRule Exact(string start, string end, int replicas) => Floor(start, end, replicas) with { Bound = ScheduleBound.Exact };
}
