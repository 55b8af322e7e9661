namespace AutoScaling.Tests.Loop;

/// <summary>What metric sources are asked for: what the rules read, and nothing else.</summary>
public sealed class RequestTests
{
    private static readonly ThresholdRule OnlyCpu = new();
    private static readonly ThresholdRule WithMemory = new() { MemoryTarget = 80 };

    private static readonly ScalingPolicy Web = new()
    {
        Target = "web",
        Rules = [OnlyCpu, new BacklogRule { Metric = "queue@orders", ThroughputPerReplica = 1 }, WithMemory],
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluate_PolicyWithSeveralSources_AsksEachForWhatItsRulesRead()
    {
        using var ports = new Ports(Web);
        await ports.EvaluateAsync();
        Assert.Equal(["web: cpu, memory"], ports.Default.Requests);
        Assert.Equal(["web: queue"], ports.Orders.Requests);
        Assert.Empty(ports.Others.Requests);
    }

    [Fact]
    public async Task Evaluate_PolicyThatSetsNoRules_AsksForCpuAlone()
    {
        using var ports = new Ports(new() { Target = "web" });
        await ports.EvaluateAsync();
        Assert.Equal(["web: cpu"], ports.Default.Requests);
    }

    [Fact]
    public async Task Evaluate_ShadowReadsMoreOfTheSameSource_IsOneRequestForBoth()
    {
        var shadow = Shadow(WithMemory, new TargetTrackingRule { Metric = "latency@orders", Target = 1 });
        using var ports = new Ports(Web with { Rules = [OnlyCpu], Shadows = [shadow] });
        var record = await ports.EvaluateAsync();
        Assert.Equal(["web: cpu, memory"], ports.Default.Requests);
        Assert.Equal(["web: latency"], ports.Orders.Requests);
        Assert.Null(record.Shadows[0].Error);
    }

    [Fact]
    public async Task GetMetrics_PolicyWithShadows_ReadsWhatThePolicyReads()
    {
        using var ports = new Ports(Web with { Rules = [OnlyCpu], Shadows = [Shadow(WithMemory)] });
        var metrics = await ports.System.AutoScaler.GetMetricsAsync("web", Stop);
        Assert.Equal(["web: cpu"], ports.Default.Requests);
        Assert.Equal(["cpu"], metrics.Select(reading => reading.Metric.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Evaluate_RulesAndShadowsSetInAnyOrder_AskForTheSame(bool rulesFirst)
    {
        var bare = new ScalingPolicy { Target = "web" };
        ScalingRule[] rules = [OnlyCpu, new TargetTrackingRule { Metric = "p95", Target = 1 }];
        var shadow = Shadow(WithMemory, new TargetTrackingRule { Metric = "latency@others", Target = 1 });
        var policy = rulesFirst
            ? bare with { Rules = [.. rules] } with { Shadows = [shadow] }
            : bare with { Shadows = [shadow] } with { Rules = [.. rules] };
        using var ports = new Ports(policy);
        await ports.EvaluateAsync();
        Assert.Equal(["web: cpu, p95, memory"], ports.Default.Requests);
        Assert.Equal(["web: latency"], ports.Others.Requests);
    }

    [Fact]
    public async Task Evaluate_ShadowsRemoved_AsksForLessAgain()
    {
        var shadow = Shadow(WithMemory, new TargetTrackingRule { Metric = "latency@others", Target = 1 });
        var policy = Web with { Rules = [OnlyCpu], Shadows = [shadow] };
        using var ports = new Ports(policy with { Shadows = [] });
        await ports.EvaluateAsync();
        Assert.Equal(["web: cpu"], ports.Default.Requests);
        Assert.Empty(ports.Others.Requests);
    }

    [Fact]
    public void Equals_PoliciesThatReadTheSame_AreEqual()
    {
        var other = Web with { Rules = [.. Web.Rules] };
        Assert.Equal(Web, other);
        Assert.Equal(Web with { Shadows = [Shadow(WithMemory)] }, other with { Shadows = [Shadow(WithMemory)] });
        Assert.NotEqual(Web, other with { Shadows = [Shadow(WithMemory)] });
        Assert.Equal(Web, other with { Shadows = [Shadow(WithMemory)] } with { Shadows = [] });
    }

    private static ShadowPolicy Shadow(params ScalingRule[] rules) =>
        new() { Name = "candidate", Policy = new() { Target = "web", Rules = [.. rules] } };

    /// <summary>An autoscaler with three sources.</summary>
    private sealed class Ports : IDisposable
    {
        public Ports(ScalingPolicy policy)
        {
            Orders = Source("queue", "latency");
            Others = Source("latency");
            System = new(b => b.AddPolicy(policy).AddMetrics("orders", _ => Orders).AddMetrics("others", _ => Others));
        }

        public TestSystem System { get; }

        public TestMetrics Default => System.Metrics;

        public TestMetrics Orders { get; }

        public TestMetrics Others { get; }

        public Task<ScalingRecord> EvaluateAsync()
        {
            System.Metrics = Source("cpu", "memory", "p95");
            return System.AutoScaler.EvaluateAsync("web", Stop);
        }

        public void Dispose() => System.Dispose();

        private TestMetrics Source(params string[] names) => new()
        {
            Answer = (_, _) => new(new ServiceMetrics([.. names.Select(n => MetricReading.Available(n, 1, System.Time.GetUtcNow()))])),
        };
    }
}
