namespace AutoScaling.Tests.Policies;

/// <summary>How measured values are written in sentences.</summary>
public sealed class PhraseTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.004, "0.004")]
    [InlineData(-0.004, "-0.004")]
    [InlineData(0.0000012345, "1.23E-06")]
    [InlineData(double.Epsilon, "4.94E-324")]
    [InlineData(0.005, "0.01")]
    [InlineData(83.1, "83.1")]
    [InlineData(70.004, "70")]
    [InlineData(123.456, "123.5")]
    public void Of_AMeasuredValue_IsNever0UnlessItIs(double value, string expected)
    {
        Assert.Equal(expected, Phrase.Of(value));
        Assert.Equal("0", Phrase.Of(value * -0.0));
    }

    [Theory]
    [InlineData(5.001, 5, "5.001", "5")]
    [InlineData(4.9999, 5, "4.9999", "5")]
    [InlineData(5, 5, "5", "5")]
    [InlineData(6, 5, "6", "5")]
    [InlineData(123456.04, 123456, "123456.04", "123456")]
    [InlineData(0.3, 0.1 + 0.2, "0.29999999999999999", "0.30000000000000004")]
    [InlineData(0.0001, 0, "0.0001", "0")]
    [InlineData(double.NaN, 5, "NaN", "5")]
    public void Compared_ValuesThatDiffer_AreToldApart(double value, double edge, string first, string second) =>
        Assert.Equal([first, second], Phrase.Compared(value, edge));

    [Fact]
    public void Compared_SeveralValues_HaveOnlyTheDigitsThatTheyNeed() => Assert.Equal(["70.004", "77", "63", "70"], Phrase.Compared(70.004, 77, 63, 70));

    [Fact]
    public void Explain_AValueNearAnEdge_NeverSaysThatItIsTheEdge()
    {
        static string Explain(ScalingRule rule, string metric, double value, int replicas = 4)
        {
            var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
            ScalingPolicy policy = new() { Target = "web", Rules = [rule], Range = new(0, 100), Behavior = ScalingBehavior.Immediate };
            ScalingObservation seen = new() { Replicas = ReplicaStatus.AllReady(replicas), Metrics = new(MetricReading.Available(metric, value, now)) };
            var decision = ScalingDecisionEngine.Decide(policy, ScalingState.New, seen, now);
            Assert.Equal(decision.Explain(), ScalingDecision.FromJson(decision.ToJson()).Explain());
            return decision.Explain();
        }

        Assert.Contains("cpu is 70.004, above 70: ", Explain(new ThresholdRule(), "cpu", 70.004), StringComparison.Ordinal);
        Assert.Contains("cpu is 34.999, below 35: ", Explain(new ThresholdRule(), "cpu", 34.999), StringComparison.Ordinal);
        StepRule step = new() { Metric = "m", Steps = [new() { From = 0.5, Below = 1, Amount = 1 }] };
        Assert.Contains("m is 0.9999, in the step from 0.5 to below 1: ", Explain(step, "m", 0.9999), StringComparison.Ordinal);
        TargetTrackingRule queue = new() { Metric = "queue", Kind = TargetKind.TotalPerReplica, Target = 5 };
        Assert.Contains("queue is 22 in all, 5.501 each, above 5.5 (target 5): ", Explain(queue, "queue", 22.002), StringComparison.Ordinal);
        Assert.Contains("queue is 10 in all, above 5.5 (target 5): ", Explain(queue, "queue", 10, replicas: 0), StringComparison.Ordinal);
        BacklogRule backlog = new() { Metric = "m", ThroughputPerReplica = 1, Activation = new() { Above = 5 } };
        Assert.Contains("m is 5.004, above 5, from which on there is something to do", Explain(backlog with { Activation = new() { Above = 5, Replicas = 9 } }, "m", 5.004), StringComparison.Ordinal);
        Assert.Contains("m is 0.0004, not above 5, ", Explain(backlog, "m", 0.0004, replicas: 0), StringComparison.Ordinal);
    }
}
