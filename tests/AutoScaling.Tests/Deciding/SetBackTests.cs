namespace AutoScaling.Tests.Deciding;

/// <summary>Who sets the count back again and again is told of once, with the remedy.</summary>
public sealed class SetBackTests
{
    private const int Hour = 3600;

    private static readonly ScalingPolicy Policy = new() { Target = "web", Range = new(1, 20) };

    [Fact]
    public void Decide_SetBackForTheThirdTime_SaysSoOnce()
    {
        var story = Restored(times: 1);
        Assert.Null(SetBack(story, 2 * Hour).SetBackSince);
        var told = SetBack(story, 3 * Hour);
        Assert.Equal((14, Story.At(Hour)), (told.To, told.SetBackSince!.Value));
        Assert.Contains(
            "Someone else changed it: 14 were written last, 1 were found, and that is the third time since 2026-01-01 13:00:00Z.",
            told.Explain(),
            StringComparison.Ordinal);
        Assert.All(Enumerable.Range(4, 10), hour => Assert.Null(SetBack(story, hour * Hour).SetBackSince));
        Assert.Null(story.Wants((13 * Hour) + 30, 14).SetBackSince);
    }

    [Fact]
    public void Decide_GoesOnForDays_SaysSoOnceADay()
    {
        var story = Restored(times: 0);
        List<int> told = [.. Enumerable.Range(1, 80).Where(hour => SetBack(story, hour * Hour).SetBackSince is not null)];
        Assert.Equal([3, 27, 51, 75], told);
    }

    [Fact]
    public void Decide_ThreeTimesInMoreThanADay_SaysNothing()
    {
        var story = Restored(times: 2);
        Assert.Null(SetBack(story, 25 * Hour).SetBackSince); // the first is a day old
        Assert.NotNull(SetBack(story, (26 * Hour) - 30).SetBackSince); // the last three are within one
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decide_WithoutSafetyGuards_SaysSoAsWell(bool guards)
    {
        var story = Restored(times: 2, guards);
        Assert.NotNull(SetBack(story, 3 * Hour).SetBackSince);
    }

    [Fact]
    public void Decide_SomebodyElseAddsMore_IsNoSetBack()
    {
        var story = new Story(Policy with { Behavior = ScalingBehavior.Immediate }, 3);
        for (var i = 0; i < 5; i++)
        {
            story.Wants(i * Hour, story.Replicas + 1);
            story.Replicas += 2;
            Assert.Null(story.Wants((i * Hour) + 30, story.Replicas).SetBackSince);
        }

        Assert.Null(story.State.Extras?.SetBacks);
    }

    [Fact]
    public void Decide_SomebodyElseGivesBackWhatWasTaken_IsASetBack()
    {
        var story = new Story(Policy with { Behavior = ScalingBehavior.Immediate }, 10);
        story.Wants(0, 4);
        for (var i = 1; i <= 3; i++)
        {
            story.Replicas = 10;
            Assert.Equal(i == 3, story.Wants(i * Hour, 4).SetBackSince is not null);
        }
    }

    [Fact]
    public void Manual_FindsTheThird_SaysSo()
    {
        var story = Restored(times: 2);
        var manual = ScalingDecision.Manual(story.Policy, 1, new(6), Story.At(3 * Hour), 14, story.State.SetBackSince(1, 14, Story.At(3 * Hour).UtcTicks));
        Assert.Equal(Story.At(Hour), manual.SetBackSince);
        story.State = story.State.After(manual, ScaleOutcome.Applied);
        story.Replicas = 6;
        Assert.Null(SetBack(story, 4 * Hour).SetBackSince);
    }

    [Fact]
    public void StateAndDecision_ThroughJson_GoOnAsTheyWere()
    {
        var story = Restored(times: 2);
        story.State = ScalingState.FromJson(story.State.ToJson());
        var told = SetBack(story, 3 * Hour);
        Assert.NotNull(told.SetBackSince);
        Assert.Equal(told, ScalingDecision.FromJson(told.ToJson()));
        Assert.NotEqual(told, ScalingDecision.FromJson(told.ToJson().Replace("\"setBackSince\":\"2026-01-01T13", "\"setBackSince\":\"2026-01-01T14", StringComparison.Ordinal)));
        var read = ScalingState.FromJson(story.State.ToJson());
        Assert.Equal(story.State, read);
        story.State = read;
        Assert.Null(SetBack(story, 4 * Hour).SetBackSince);
    }

    [Fact]
    public void State_WithMoreThanItEverKeeps_IsRefused()
    {
        var state = Restored(times: 2).State.ToJson();
        var more = state.Replace("\"setBacks\":[", "\"setBacks\":[{\"at\":\"2026-01-02T00:00:00Z\",\"replicas\":1},{\"at\":\"2026-01-02T00:00:00Z\",\"replicas\":1},", StringComparison.Ordinal);
        Assert.NotEqual(state, more);
        Assert.Equal(
            "The state cannot be read: setBacks must hold at most 3, but hold 4.",
            Assert.Throws<ScalingException>(() => ScalingState.FromJson(more)).Message);
    }

    [Fact]
    public void State_ADayAfterTheLast_ForgetsThem()
    {
        var story = Restored(times: 3);
        Assert.NotNull(story.State.Extras!.SetBacks);
        story.Wants(27 * Hour, 14);
        Assert.Null(story.State.Extras?.SetBacks);
    }

    [Fact]
    public void Warning_WhileItGoesOn_NamesCountTimeAndRemedy()
    {
        var story = Restored(times: 3);
        Assert.Equal(
            "Somebody else has set the count of 'web' back 3 times since 2026-01-01 13:00:00Z, last to 1, and goes on doing so until the cause is removed: "
            + "if a manifest sets replicas, leave that field out (kubectl apply, Helm) or have it ignored (ignoreDifferences of Argo CD); "
            + "if another autoscaler scales it as well, keep only one of the two.",
            Explanation.SetBack("web", story.State.Extras?.SetBacks, Story.At(4 * Hour)));
        Assert.Null(Explanation.SetBack("web", story.State.Extras?.SetBacks, Story.At(25 * Hour)));
        Assert.Null(Explanation.SetBack("web", Restored(times: 2).State.Extras?.SetBacks, Story.At(4 * Hour)));
    }

    [Fact]
    public void Decide_ClockIsSetBack_CountsOn()
    {
        var story = Restored(times: 2);
        Assert.NotNull(SetBack(story, 0).SetBackSince);
        Assert.Null(SetBack(story, 60).SetBackSince);
    }

    /// <summary>A target at 14 that somebody else has set to 1 so many times, an hour each.</summary>
    private static Story Restored(int times, bool guards = true)
    {
        var story = new Story(Policy with { Behavior = ScalingBehavior.Immediate with { SafetyGuards = guards } }, 9);
        story.Wants(0, 14);
        for (var i = 1; i <= times; i++) SetBack(story, i * Hour);
        return story;
    }

    private static ScalingDecision SetBack(Story story, double at)
    {
        story.Replicas = 1;
        return story.Wants(at, 14);
    }
}
