namespace AutoScaling.Tests.Metrics;

public sealed class MetricsRequestTests
{
    [Fact]
    public void Metrics_WithSourcesAndTwice_ArePlainAndEachOnce()
    {
        var request = new MetricsRequest("web", "queue@orders", "cpu", "queue", "cpu");
        Assert.Equal(["queue", "cpu"], request.Metrics);
        Assert.Equal("web: queue, cpu", request.ToString());
    }

    [Fact]
    public void Metrics_PlainAlready_AreTheVeryArray()
    {
        System.Collections.Immutable.ImmutableArray<MetricRef> metrics = [MetricRef.Cpu, MetricRef.Memory];
        Assert.True(new MetricsRequest("web", metrics).Metrics == metrics);
    }

    [Fact]
    public void Asks_Name_IsWhetherItIsAskedFor()
    {
        var request = new MetricsRequest("web", "cpu", "cpu/app");
        Assert.True(request.Asks("cpu/app"));
        Assert.False(request.Asks("cpu/ap"));
        Assert.False(request.Asks("CPU"));
    }

    [Fact]
    public void Equals_SameContents_IsEqualWhateverTheInstance()
    {
        MetricsRequest one = new("web", "cpu", "queue"), same = new("web", "cpu", "queue");
        Assert.True(one == same);
        Assert.Equal<object>(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.True(one != new MetricsRequest("api", "cpu", "queue"));
        Assert.True(one != new MetricsRequest("web", "cpu"));
        Assert.True(one != new MetricsRequest("web", "cpu", "memory"));
    }

    [Fact]
    public void Default_Request_AsksForNothingAndHasNoTarget()
    {
        var nothing = default(MetricsRequest);
        Assert.Empty(nothing.Metrics);
        Assert.False(nothing.Asks("cpu"));
        Assert.Equal(nothing, default);
        Assert.Equal("A MetricsRequest must have a target.", Assert.Throws<InvalidOperationException>(() => nothing.Target).Message);
    }
}
