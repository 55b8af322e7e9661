namespace AutoScaling.Tests.Deciding;

public sealed class RateLimitTests
{
    [Fact]
    public void ScaleUp_ReplicasPerPeriod_LetsThroughWhatIsLeftOfTheLimit()
    {
        var story = new Story(Up(Replicas(4, 60)), replicas: 2);
        story.Wants(0, 50).AssertHeld(ScalingGuard.RateLimit, 50, 6, until: 60);
        story.Wants(30, 50).AssertHeld(ScalingGuard.RateLimit, 50, 6, until: 60);
        story.Wants(59.9999999, 50).AssertHeld(ScalingGuard.RateLimit, 50, 6, until: 60);
        story.Wants(60, 50).AssertHeld(ScalingGuard.RateLimit, 50, 10, until: 120);
        story.Wants(120, 12).AssertFree(12);
        story.Wants(130, 50).AssertHeld(ScalingGuard.RateLimit, 50, 14, until: 180); // 2 of 4 were used at 120
        story.Wants(180, 50).AssertHeld(ScalingGuard.RateLimit, 50, 16, until: 190); // those 2 are free again, those of 130 are not
    }

    [Fact]
    public void ScaleUp_PercentPerPeriod_CountsFromTheStartOfThePeriod()
    {
        var story = new Story(Up(Percent(50, 60)), replicas: 10);
        story.Wants(0, 100).AssertHeld(ScalingGuard.RateLimit, 100, 15, until: 60);
        story.Wants(30, 100).AssertHeld(ScalingGuard.RateLimit, 100, 15, until: 60);
        story.Wants(60, 100).AssertHeld(ScalingGuard.RateLimit, 100, 23, until: 120); // 22.5, rounded up
    }

    [Fact]
    public void ScaleDown_PercentPerPeriod_RoundsTowardZeroReplicas()
    {
        var story = new Story(Down(Percent(10, 60)), replicas: 15);
        story.Wants(0, 1).AssertHeld(ScalingGuard.RateLimit, 1, 13, until: 60); // 13.5
        story.Wants(60, 1).AssertHeld(ScalingGuard.RateLimit, 1, 11, until: 120); // 11.7
    }

    [Fact]
    public void ScaleDown_ReplicasPerPeriod_LetsThroughWhatIsLeftOfTheLimit()
    {
        var story = new Story(Down(Replicas(2, 60)), replicas: 10);
        story.Wants(0, 9).AssertFree(9);
        story.Wants(20, 1).AssertHeld(ScalingGuard.RateLimit, 1, 8, until: 60);
        story.Wants(59.9999999, 1).AssertHeld(ScalingGuard.RateLimit, 1, 8, until: 60);
        story.Wants(60, 1).AssertHeld(ScalingGuard.RateLimit, 1, 7, until: 80);
    }

    [Theory]
    [InlineData(RateLimitSelect.Max, 10, 20)]
    [InlineData(RateLimitSelect.Min, 10, 14)]
    [InlineData(RateLimitSelect.Max, 2, 6)]
    [InlineData(RateLimitSelect.Min, 2, 4)]
    public void Select_OfSeveralLimitsUp_IsTheWidestOrTheNarrowest(RateLimitSelect select, int current, int expected)
    {
        var story = new Story(Up(select, Replicas(4, 60), Percent(100, 60)), current);
        story.Wants(0, 100).AssertHeld(ScalingGuard.RateLimit, 100, expected, until: 60);
        new Story(Up(select, Percent(100, 60), Replicas(4, 60)), current).Wants(0, 100).AssertHeld(ScalingGuard.RateLimit, 100, expected, until: 60);
    }

    [Theory]
    [InlineData(RateLimitSelect.Max, 20, 10)]
    [InlineData(RateLimitSelect.Min, 20, 16)]
    [InlineData(RateLimitSelect.Max, 6, 2)]
    [InlineData(RateLimitSelect.Min, 6, 3)]
    public void Select_OfSeveralLimitsDown_IsTheWidestOrTheNarrowest(RateLimitSelect select, int current, int expected)
    {
        var story = new Story(Down(select, Replicas(4, 60), Percent(50, 60)), current);
        story.Wants(0, 1).AssertHeld(ScalingGuard.RateLimit, 1, expected, until: 60);
        new Story(Down(select, Percent(50, 60), Replicas(4, 60)), current).Wants(0, 1).AssertHeld(ScalingGuard.RateLimit, 1, expected, until: 60);
    }

    [Fact]
    public void Select_Disabled_NeverChangesInThatDirectionAndNoTimeHelps()
    {
        var up = new Story(Up(RateLimitSelect.Disabled, Replicas(4, 60)), 5);
        up.Wants(0, 9).AssertHeld(ScalingGuard.RateLimit, 9, 5, until: null);
        up.Wants(1e6, 9).AssertHeld(ScalingGuard.RateLimit, 9, 5, until: null);
        up.Wants(1e6, 3).AssertFree(3);
        var down = new Story(Down(RateLimitSelect.Disabled), 5);
        down.Wants(0, 3).AssertHeld(ScalingGuard.RateLimit, 3, 5, until: null);
        down.Wants(0, 7).AssertFree(7);
    }

    [Fact]
    public void Limits_OfDifferentPeriods_EachCountItsOwn()
    {
        // At most 2 per 10 s, and at most 5 per minute.
        var story = new Story(Up(RateLimitSelect.Min, Replicas(2, 10), Replicas(5, 60)), replicas: 10);
        story.Wants(0, 50).AssertHeld(ScalingGuard.RateLimit, 50, 12, until: 10);
        story.Wants(10, 50).AssertHeld(ScalingGuard.RateLimit, 50, 14, until: 20);
        story.Wants(20, 50).AssertHeld(ScalingGuard.RateLimit, 50, 15, until: 60);
        story.Wants(40, 50).AssertHeld(ScalingGuard.RateLimit, 50, 15, until: 60);
        story.Wants(60, 50).AssertHeld(ScalingGuard.RateLimit, 50, 17, until: 70);
    }

    [Fact]
    public void Until_ALimitThatIsNarrowNowFreesFirst_IsWhenThatOneDoes()
    {
        // The widest counts: 6 per minute are used up at 0, 4 per 10 s are only short of it until 10.
        var story = new Story(Up(RateLimitSelect.Max, Replicas(6, 60), Replicas(4, 10)), replicas: 10);
        story.Wants(0, 50).AssertHeld(ScalingGuard.RateLimit, 50, 16, until: 10);
        story.Wants(9.9999999, 50).AssertHeld(ScalingGuard.RateLimit, 50, 16, until: 10);
        story.Wants(10, 50).AssertHeld(ScalingGuard.RateLimit, 50, 20, until: 20);
    }

    [Fact]
    public void OppositeChanges_WithinThePeriod_CountAgainstEachOther()
    {
        // As in Kubernetes: what was removed within the period may be added again on top of the limit.
        var story = new Story(Up(Replicas(4, 60)), replicas: 10);
        story.Wants(0, 7).AssertFree(7);
        story.Wants(10, 50).AssertHeld(ScalingGuard.RateLimit, 50, 14, until: 70);
    }

    [Fact]
    public void Until_TheOldestChangeWasTheOtherWay_IsWhenRoomReallyGrows()
    {
        // When the 3 that were removed at 0 grow old at 60, there is less room and not more; at 70 what was added at 10 does.
        var story = new Story(Up(Replicas(4, 60)), replicas: 10);
        story.Wants(0, 7);
        story.Wants(10, 50);
        story.Wants(20, 50).AssertHeld(ScalingGuard.RateLimit, 50, 14, until: 70);
        story.Wants(60, 50).AssertHeld(ScalingGuard.RateLimit, 50, 14, until: 70);
        story.Wants(69.9999999, 50).AssertHeld(ScalingGuard.RateLimit, 50, 14, until: 70);
        story.Wants(70, 50).AssertHeld(ScalingGuard.RateLimit, 50, 18, until: 130);

        // Just when what was removed has grown old it is no longer looked at.
        story = new Story(Up(Replicas(4, 60)), replicas: 10);
        story.Wants(0, 6);
        story.Wants(30, 12).AssertFree(12);
        story.Wants(60, 50).AssertHeld(ScalingGuard.RateLimit, 50, 12, until: 90);
    }

    [Fact]
    public void ForeignChange_WithinThePeriod_IsNotCounted()
    {
        // Only what this policy applied is known; what others did moves the start.
        var story = new Story(Up(Replicas(4, 60)), replicas: 2);
        story.Wants(0, 50).AssertHeld(ScalingGuard.RateLimit, 50, 6, until: 60);
        story.Replicas = 3;
        story.Wants(10, 50).AssertHeld(ScalingGuard.RateLimit, 50, 3, until: 60); // the start was -1, so 3 is the limit
        story.Replicas = 20;
        story.Wants(20, 50).AssertHeld(ScalingGuard.RateLimit, 50, 20, until: 60);
    }

    [Fact]
    public void Percent_OfNoReplicas_StillLetsTheFirstOneStart()
    {
        var story = new Story(Up(Percent(10, 60)), replicas: 0, min: 0);
        story.Wants(0, 50).AssertHeld(ScalingGuard.RateLimit, 50, 1, until: 60);
        story.Wants(30, 50).AssertHeld(ScalingGuard.RateLimit, 50, 1, until: 60);
        story.Wants(60, 50).AssertHeld(ScalingGuard.RateLimit, 50, 2, until: 120);
        story.Replicas = 0; // someone else took them away; what was added at 60 still counts
        story.Wants(70, 50).AssertHeld(ScalingGuard.RateLimit, 50, 0, until: 120);
    }

    [Fact]
    public void Percent_OfALargeCountOrMoreThanAHundred_Saturates()
    {
        var story = new Story(Up(Percent(int.MaxValue, 60)), replicas: int.MaxValue - 1, max: int.MaxValue);
        story.Wants(0, int.MaxValue).AssertFree(int.MaxValue);
        new Story(Down(Percent(300, 60)), replicas: 10).Wants(0, 1).AssertFree(1);
    }

    [Fact]
    public void Changes_OfOutOfRangeReplicas_CountToo()
    {
        var story = new Story(Up(Replicas(4, 60)), replicas: 0, min: 3);
        story.Wants(0, 50).AssertHeld(ScalingGuard.OutOfRange, 0, 3, until: null);
        story.Wants(10, 50).AssertHeld(ScalingGuard.RateLimit, 50, 4, until: 60);
    }

    [Fact]
    public void Limits_ChangedAtRunTime_CountAtOnceAndRememberTheChanges()
    {
        var story = new Story(ScalingBehavior.Immediate, replicas: 2);
        story.Wants(0, 8).AssertFree(8);
        story.Policy = story.Policy with { Behavior = Up(Replicas(7, 60)) };
        story.Wants(10, 50).AssertHeld(ScalingGuard.RateLimit, 50, 9, until: 60);
    }

    private static RateLimit Replicas(int value, double seconds) => RateLimit.Replicas(value, TimeSpan.FromSeconds(seconds));

    private static RateLimit Percent(int value, double seconds) => RateLimit.Percent(value, TimeSpan.FromSeconds(seconds));

    private static ScalingBehavior Up(params RateLimit[] limits) => Up(RateLimitSelect.Max, limits);

    private static ScalingBehavior Up(RateLimitSelect select, params RateLimit[] limits) => new() { ScaleUp = new() { RateLimits = [.. limits], Select = select }, FlapGuard = false };

    private static ScalingBehavior Down(params RateLimit[] limits) => Down(RateLimitSelect.Max, limits);

    private static ScalingBehavior Down(RateLimitSelect select, params RateLimit[] limits) => new() { ScaleDown = new() { RateLimits = [.. limits], Select = select }, FlapGuard = false };
}
