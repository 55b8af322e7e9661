using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Tests.Reports;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(-0.001, "0.00")]
    [InlineData(-1.5, "-1.50")]
    [InlineData(17.824, "17.82")]
    [InlineData(178.44, "178.4")]
    [InlineData(17844.4, "17844")]
    [InlineData(17844444, "1.8e7")]
    [InlineData(double.NaN, "-")]
    [InlineData(double.PositiveInfinity, "-")]
    public void Score_Value_HasTheDigitsThatMatter(double value, string text) => Assert.Equal(text, Numbers.Score(value));

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(0.00052, "0.52ms")]
    [InlineData(0.12, "120ms")]
    [InlineData(1.254, "1.25s")]
    [InlineData(125.4, "125s")]
    [InlineData(double.NaN, "-")]
    public void Latency_Seconds_HasTheUnitThatFits(double seconds, string text) => Assert.Equal(text, Numbers.Latency(seconds));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.25, "0.25s")]
    [InlineData(15, "15s")]
    [InlineData(65_760, "18h 16m")]
    [InlineData(86_401, "1d 1s")]
    [InlineData(15_638_400, "181d")]
    public void Exact_Duration_HasAllUnits(double seconds, string text) => Assert.Equal(text, Phrase.Exact(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(3, "3")]
    [InlineData(2.25, "2.3")]
    [InlineData(1234.25, "1234")]
    public void Count_MeanOfCounts_IsShort(double value, string text) => Assert.Equal(text, Numbers.Count(value));
}
