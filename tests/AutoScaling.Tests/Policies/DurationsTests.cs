using CsCheck;

namespace AutoScaling.Tests.Policies;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("15s", "00:00:15")]
    [InlineData("5m", "00:05:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("1h 30m", "01:30:00")]
    [InlineData(" 1d ", "1.00:00:00")]
    [InlineData("500ms", "00:00:00.5000000")]
    [InlineData("1.5s", "00:00:01.5000000")]
    [InlineData("0.1s", "00:00:00.1000000")]
    [InlineData("0s", "00:00:00")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1d2h3m4s5ms", "1.02:03:04.0050000")]
    [InlineData("-5m", "-00:05:00")]
    [InlineData("00:05:00", "00:05:00")]
    [InlineData("0:05:00", "00:05:00")]
    [InlineData("24:00:00", "1.00:00:00")]
    [InlineData("100:00:00", "4.04:00:00")]
    [InlineData("1.02:03:04.5", "1.02:03:04.5000000")]
    [InlineData("-00:00:01", "-00:00:01")]
    public void TryParse_ADuration_IsIt(string text, string expected)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(expected, duration.ToString("c"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("0")]
    [InlineData("300")]
    [InlineData("1.5")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("5M")]
    [InlineData("5min")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("5m30")]
    [InlineData("1,5s")]
    [InlineData("1..5s")]
    [InlineData("1.s")]
    [InlineData(".5s")]
    [InlineData("--5s")]
    [InlineData("+5s")]
    [InlineData("5 m")]
    [InlineData("00:05")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("00:05:00:00")]
    [InlineData("::")]
    [InlineData("1:2.5:3")]
    [InlineData("1.5.2:03:04")]
    [InlineData("00:05:")]
    [InlineData("99999999999d")]
    [InlineData("9999999999999999999999s")]
    public void TryParse_NoDuration_IsRefused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(TimeSpan.TicksPerSecond * 300, "5m")]
    [InlineData(TimeSpan.TicksPerSecond * 5400, "1h30m")]
    [InlineData(TimeSpan.TicksPerDay, "1d")]
    [InlineData(TimeSpan.TicksPerMillisecond * 500, "500ms")]
    [InlineData(TimeSpan.TicksPerMillisecond * 1500, "1.5s")]
    [InlineData(1, "0.0000001s")]
    [InlineData(-TimeSpan.TicksPerMinute, "-1m")]
    [InlineData(long.MaxValue, "10675199d2h48m5.4775807s")]
    [InlineData(long.MinValue, "-10675199d2h48m5.4775808s")]
    public void Format_ADuration_IsItsUnits(long ticks, string expected) => Assert.Equal(expected, Durations.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void Format_AnyDuration_ReadsBackToTheSame() => Gen.OneOf(Gen.Long, Gen.Int.Select(i => (long)i)).Sample(ticks =>
        Durations.TryParse(Durations.Format(TimeSpan.FromTicks(ticks)), out var duration) && duration.Ticks == ticks);

    [Fact]
    public void TryParse_WhatSentencesQuote_IsReadToo() =>
        Assert.True(Durations.TryParse(Phrase.Of(new TimeSpan(1, 5, 0)), out var duration) && duration == new TimeSpan(1, 5, 0));
}
