using AutoScaling.Sample.Output;

namespace AutoScaling.Sample.Tests.Output;

public sealed class SparklineTests
{
    [Theory]
    [InlineData(new double[] { }, "     ")]
    [InlineData(new double[] { 0, 1, 8 }, " ▁█  ")]
    [InlineData(new double[] { 8, 0, 1, 2, 4, 8, 0.01 }, "▁▂▄█▁")]
    public void Of_Values_ShowsTheLastOnes(double[] values, string line) => Assert.Equal(line, Sparkline.Of(values, 5));
}
