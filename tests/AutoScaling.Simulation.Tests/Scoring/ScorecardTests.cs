namespace AutoScaling.Simulation.Tests.Scoring;

public sealed class ScorecardTests
{
    [Theory]
    [InlineData(2, 5, 1, 10, 3.1622776601683795)]
    [InlineData(10, 10, 10, 10, 1)]
    [InlineData(20, 20, 20, 20, 0.5)]
    public void ElasticSpeedup_AgainstTens_IsTheGeometricMeanOfTheRatios(double under, double over, double underTime, double overTime, double expected) =>
        Assert.Equal(expected, Scores(under, over, underTime, overTime).ElasticSpeedup(Scores(10, 10, 10, 10)), 12);

    [Fact]
    public void ElasticSpeedup_NothingMissing_IsFlooredInsteadOfInfinite() =>
        Assert.Equal(Math.Pow(1000 * 1 * 1000 * 1, 0.25), Scores(0, 10, 0, 10).ElasticSpeedup(Scores(10, 10, 10, 10)), 9);

    [Fact]
    public void J_CostAndShortage_WeighsARequestInFiveLikeAClairvoyantBill() =>
        Assert.Equal(1.3 + 1, (Scores(0, 0, 0, 0) with { RelativeCost = 1.3, ShortageShare = 20 }).J, 12);

    [Fact]
    public void ScalingsPerHour_UpsAndDowns_AreDividedByTheScoredTime() =>
        Assert.Equal(2.5, (Scores(0, 0, 0, 0) with { ScaleUps = 3, ScaleDowns = 2, Hours = 2 }).ScalingsPerHour, 12);

    private static Scorecard Scores(double under, double over, double underTime, double overTime) => new()
    {
        UnderProvisioning = under,
        OverProvisioning = over,
        UnderTime = underTime,
        AtMaximumTime = 0,
        OverTime = overTime,
        Instability = 0,
        OverProvisioningOfSupply = 0,
        InstabilityUp = 0,
        InstabilityDown = 0,
        Jitter = 0,
        MissingReplicas = 0,
        SpareReplicas = 0,
        ReplicaHours = 1,
        PaidReplicaHours = 1,
        RelativeCost = 1,
        ShortageShare = 0,
        DroppedShare = 0,
        LatencyP50 = TimeSpan.Zero,
        LatencyP95 = TimeSpan.Zero,
        LatencyP99 = TimeSpan.Zero,
        OverObjectiveShare = 0,
        ScaleUps = 0,
        ScaleDowns = 0,
        Reversals = 0,
        Hours = 1,
    };
}
