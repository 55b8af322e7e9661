namespace AutoScaling.Tests;

public sealed class RecommendationTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Figures_NotFinite_AreNone(double value)
    {
        var said = Recommendation.For(3, "so") with { Value = value, Target = value, ScaleUpAbove = value, ScaleDownBelow = value };
        Assert.Equal((null, null, null, null), (said.Value, said.Target, said.ScaleUpAbove, said.ScaleDownBelow));
        var built = new Recommendation(RecommendationKind.Replicas, value: value);
        Assert.Equal((null, null, null, null), (built.Value, built.Target, built.ScaleUpAbove, built.ScaleDownBelow));
    }

    [Fact]
    public void ToJson_EdgesBeyondAllNumbers_WritesAndReadsTheDecision()
    {
        // The edges of this rule, at 2,147,483,647 replicas, are no finite numbers.
        var policy = new ScalingPolicy
        {
            Target = "web",
            Range = new(0, int.MaxValue),
            Rules =
            [
                new BacklogRule { Metric = "queue", ThroughputPerReplica = 1e300, DrainTime = TimeSpan.MaxValue },
                new StepRule { Metric = "queue", Steps = [new() { From = double.NegativeInfinity, Below = double.PositiveInfinity, Amount = 1 }] },
            ],
        };
        var observation = new ScalingObservation
        {
            Replicas = ReplicaStatus.AllReady(int.MaxValue),
            Metrics = new(MetricReading.Available("queue", 1, DateTimeOffset.UnixEpoch)),
        };
        var decision = ScalingDecisionEngine.Decide(policy, ScalingState.New, observation, DateTimeOffset.UnixEpoch);
        Assert.Equal(decision.ToJson(), ScalingDecision.FromJson(decision.ToJson()).ToJson());
        Assert.Equal(int.MaxValue, decision.To);
    }

    [Fact]
    public void For_NoneAndUnavailable_SayWhy()
    {
        Assert.Equal((RecommendationKind.Replicas, 4, "so"), Parts(Recommendation.For(4, "so")));
        Assert.Equal((RecommendationKind.None, 0, "no"), Parts(Recommendation.None("no")));
        Assert.Equal((RecommendationKind.Unavailable, 0, "blind"), Parts(Recommendation.Unavailable("blind")));
        static (RecommendationKind, int, string?) Parts(Recommendation r) => (r.Kind, r.Replicas, r.Detail);
    }
}
