namespace AutoScaling.Tests.Deciding;

public sealed class TimelineTests
{
    [Theory]
    [InlineData(4, 4, true)]
    [InlineData(5, 4, false)]
    public void AddToLows_OneEntryIsBothLists_IsSharedOnlyIfItIsTheSame(int high, int low, bool shared)
    {
        var highs = Timeline.AddToHighs(null, 7, high);
        var lows = Timeline.AddToLows(Timeline.Add(null, 3, 9), 7, low, highs);
        Assert.Equal((shared, 7, low, null), (ReferenceEquals(highs, lows), lows.At, lows.Value, lows.Older));
    }

    [Fact]
    public void AddToLows_SmallerValuesCameBefore_TheyStay()
    {
        var highs = Timeline.AddToHighs(null, 7, 4);
        var lows = Timeline.AddToLows(Timeline.Add(null, 3, 2), 7, 4, highs);
        Assert.Equal((4, 2), (lows.Value, lows.Older!.Value));
        Assert.Null(highs.Older);
    }
}
