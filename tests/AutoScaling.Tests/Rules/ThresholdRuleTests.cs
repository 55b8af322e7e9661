using System.Globalization;

namespace AutoScaling.Tests.Rules;

public sealed class ThresholdRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Recommend_ExactArithmeticThenTheRange_GivesEveryDescribedAnswer()
    {
        var lines = File.ReadLines(Oracle.File("seed", "threshold-decisions.csv")).Skip(1).Where(l => l.Length > 0).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var f = line.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
            var rule = new ThresholdRule { CpuTarget = f[3], MemoryTarget = f[4], ExactArithmetic = true };
            var count = new ReplicaRange((int)f[5], (int)f[6]).Clamp(Recommend(rule, (int)f[0], ServiceMetrics.Of(Now, f[1], f[2])).Replicas);
            Assert.True((int)f[7] == count, $"{line}: we say {count}.");
        }
    }

    [Theory]
    [InlineData(3, 20, false, 2)]
    [InlineData(3, 20, true, 3)]
    [InlineData(2, 20, false, 1)]
    [InlineData(10, 20, false, 7)]
    [InlineData(10, 35, false, 10)]
    [InlineData(10, 70, false, 10)]
    [InlineData(10, 70.01, false, 15)]
    public void Recommend_CpuAgainstItsTarget_IsTheDescribedStep(int current, double cpu, bool exact, int expected)
    {
        var rule = new ThresholdRule { ExactArithmetic = exact };
        Assert.Equal(expected, Recommend(rule, current, ServiceMetrics.Of(Now, cpu)).Replicas);
    }

    [Fact]
    public void Recommend_MemoryAboveItsTarget_IsAtLeastThirteenTenths()
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu: 20, memory: 81));
        Assert.Equal((13, "memory", 81.0), (said.Replicas, said.Metric!.Name, said.Value!.Value));
    }

    [Theory]
    [InlineData(double.NaN, 50.0, RecommendationReason.MetricMissing)]
    [InlineData(double.PositiveInfinity, 50.0, RecommendationReason.MetricMissing)]
    [InlineData(-1, 50.0, RecommendationReason.MetricNegative)]
    [InlineData(20, double.NaN, RecommendationReason.MetricMissing)]
    [InlineData(20, null, RecommendationReason.MetricMissing)]
    public void Recommend_UnreadableMetric_CannotSay(double cpu, double? memory, RecommendationReason reason)
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu, memory));
        Assert.Equal((RecommendationKind.Unavailable, reason), (said.Kind, said.Reason));
    }

    [Theory]
    [InlineData(double.NaN, 90, 13)]
    [InlineData(90, double.NaN, 15)]
    public void Recommend_OneMetricUnreadableTheOtherHigh_StillAsksForMore(double cpu, double memory, int expected)
    {
        var said = Recommend(new() { MemoryTarget = 80 }, 10, ServiceMetrics.Of(Now, cpu, memory));
        Assert.Equal((RecommendationKind.Replicas, expected), (said.Kind, said.Replicas));
    }

    [Fact]
    public void CpuTarget_NotPositive_NamesTheRuleAndTheValue() =>
        Assert.Equal("CpuTarget must be more than 0, but is 0.", Assert.Throws<ScalingException>(() => new ThresholdRule { CpuTarget = 0 }).Message);

    private static Recommendation Recommend(ThresholdRule rule, int current, ServiceMetrics metrics) =>
        rule.Recommend(new(new() { Target = "web" }, new() { Replicas = ReplicaStatus.AllReady(current), Metrics = metrics }, Now));
}
