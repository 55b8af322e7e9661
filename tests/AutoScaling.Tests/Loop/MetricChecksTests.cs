using System.Collections.Concurrent;

namespace AutoScaling.Tests.Loop;

/// <summary>Metrics that a source does not understand are told when policies are loaded.</summary>
public sealed class MetricChecksTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "policies.yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Load_OfMetricsThatASourceDoesNotUnderstand_WarnsOncePerMetric()
    {
        var source = new CheckedMetrics();
        Write("good", "bad", "bad");
        using var system = new TestSystem(b => b.AddMetrics("prom", _ => source).CacheMetrics().AddPolicyFile(Path));
        await system.AutoScaler.TickAsync(Stop);
        await system.Services.GetRequiredService<MetricChecks>().Done;
        const string Warning = "The policy of t1 has a metric that cannot be read, bad@prom: it is bad.";
        Assert.Equal([Warning], Warnings(system));
        Assert.Equal(["t0: good", "t1: bad"], source.Asked.Order());

        // What was understood is not asked again, what was not is: perhaps somebody has corrected the source.
        Write("good", "bad", "broken");
        system.Time.Advance(TimeSpan.FromSeconds(30));
        await system.AutoScaler.TickAsync(Stop);
        await system.Services.GetRequiredService<MetricChecks>().Done;
        Assert.Equal([Warning, Warning, "The policy of t2 has a metric that cannot be read, broken@prom: it broke."], Warnings(system));
        Assert.Equal(["t0: good", "t1: bad", "t1: bad", "t2: broken"], source.Asked.Order());
    }

    private static IEnumerable<string> Warnings(TestSystem system) =>
        system.Log.GetSnapshot().Where(r => r.Id.Id == 41).Select(r => r.Message);

    private void Write(params string[] metrics) => TestFiles.Change(Path, "policies: [" + string.Join(", ", metrics.Select((metric, i) =>
        $"{{ service: t{i}, rules: [ {{ type: targetTracking, metric: {metric}@prom, target: 5 }} ] }}")) + "]");

    private sealed class CheckedMetrics : IMetricsProvider, IMetricsCheck
    {
        public ConcurrentBag<string> Asked { get; } = [];

        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) => new(ServiceMetrics.Empty);

        public ValueTask<string?> CheckAsync(ScalingTarget target, MetricRef metric, CancellationToken cancellationToken)
        {
            Asked.Add($"{target}: {metric}");
            return metric.Name switch
            {
                "good" => default,
                "bad" => new("it is bad"),
                _ => throw new InvalidOperationException("it broke."),
            };
        }
    }
}
