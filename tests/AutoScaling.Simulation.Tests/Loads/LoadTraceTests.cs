namespace AutoScaling.Simulation.Tests.Loads;

public sealed class LoadTraceTests
{
    [Fact]
    public void Duration_LastRow_HoldsAsLongAsTheOneBefore() =>
        Assert.Equal(TimeSpan.FromSeconds(90), new LoadTrace("t", [new(TimeSpan.Zero, 1), new(TimeSpan.FromSeconds(60), 2), new(TimeSpan.FromSeconds(75), 2)]).Duration);
}
