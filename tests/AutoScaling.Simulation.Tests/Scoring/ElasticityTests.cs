namespace AutoScaling.Simulation.Tests.Scoring;

public sealed class ElasticityTests
{
    // The series of BUNGEE's own unit test: a value holds until the next one, 20 units of time.
    private static readonly int[] Demand = Steps((0, 1), (7, 5), (16, 3), (17, 2), (19, 4));
    private static readonly int[] Supply = Steps((0, 1), (2, 2), (3, 1), (5, 3), (9, 7), (11, 6), (12, 8), (14, 2), (20, 2));

    [Fact]
    public void Of_SeriesOfBungee_GivesItsPublishedValues()
    {
        var measured = Elasticity.Of(Demand, Supply);
        Assert.Equal(13.0 / 20, measured.Missing, 12);
        Assert.Equal(16.0 / 20, measured.Spare, 12);
        Assert.Equal(6.0 / 20, measured.UnderTime, 12);
        Assert.Equal(8.0 / 20, measured.OverTime, 12);
        Assert.Equal((17.0 - 9) / 20, measured.Jitter, 12);
    }

    [Fact]
    public void Of_SeriesOfBungee_GivesTheOtherMeasuresToo()
    {
        var measured = Elasticity.Of(Demand, Supply);
        Assert.Equal(14.1667, 100 * measured.MissingShare, 4);
        Assert.Equal(36.0, 100 * measured.SpareShare, 4);
        Assert.Equal(16.6071, 100 * measured.SpareShareOfSupply, 4);
        Assert.Equal(57.8947, 100 * measured.Instability, 4);
        Assert.Equal(31.5789, 100 * measured.TooMuch, 4);
        Assert.Equal(26.3158, 100 * measured.TooLittle, 4);
    }

    [Fact]
    public void Of_PerfectMatch_IsZeroEverywhere() => Assert.Equal(default, Elasticity.Of(Demand, Demand));

    [Theory]
    [InlineData(1, 0, 1, 0, 1)]
    [InlineData(-1, 1, 0, 1, 0)]
    public void Of_AlwaysOneOff_IsOneAllTheTime(int off, double missing, double spare, double under, double over)
    {
        var measured = Elasticity.Of(Demand, [.. Demand.Select(d => d + off)]);
        Assert.Equal((missing, spare, under, over, 0.0, 0.0), (measured.Missing, measured.Spare, measured.UnderTime, measured.OverTime, measured.Jitter, measured.Instability));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    public void Of_FinerGrid_ChangesOnlyWhatIsPerStep(int parts, double none)
    {
        var coarse = Elasticity.Of(Demand, Supply);
        var fine = Elasticity.Of([.. Demand.SelectMany(d => Enumerable.Repeat(d, parts))], [.. Supply.SelectMany(s => Enumerable.Repeat(s, parts))]);
        Assert.Equal(none, fine.MissingShare - coarse.MissingShare, 12);
        Assert.Equal(none, fine.SpareShare - coarse.SpareShare, 12);
        Assert.Equal(coarse.Jitter, fine.Jitter * parts, 12);
    }

    private static int[] Steps(params (int Time, int Value)[] steps) => [.. Enumerable.Range(0, 20).Select(t => steps.Last(s => s.Time <= t).Value)];
}
