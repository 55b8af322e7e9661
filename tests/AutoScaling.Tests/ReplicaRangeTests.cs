namespace AutoScaling.Tests;

public sealed class ReplicaRangeTests
{
    [Fact]
    public void Constructor_MaxBelowMin_NamesTheRuleAndTheValue()
    {
        var error = Assert.Throws<ScalingException>(() => new ReplicaRange(3, 2));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal("Max must be at least Min (3), but is 2.", error.Message);
    }

    [Fact]
    public void Constructor_NegativeMin_NamesTheRuleAndTheValue() =>
        Assert.Equal("Min must be at least 0, but is -1.", Assert.Throws<ScalingException>(() => new ReplicaRange(-1, 2)).Message);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(6, 5)]
    public void Clamp_AnyCount_IsTheNearestInside(int count, int expected) => Assert.Equal(expected, new ReplicaRange(2, 5).Clamp(count));
}
