using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Metrics;

/// <summary>APIs of metrics that are not installed, are of an older version, or are down; on a cluster of their own, since that is the whole cluster's business.</summary>
public sealed class MetricsOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetMetricsAsync_NotInstalledThenInstalledThenDown_SaysWhatIsToBeDone()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "outage", TestNamespace.ScalingRules + "," + MetricsSpace.MetricsRules);
        await space.CreateDeploymentAsync("web", 1);
        var now = TimeProvider.System.GetUtcNow();
        await new TestPod("web-1", "web").CreateAsync(space, now);

        Assert.Equal("the cluster has no metrics.k8s.io/v1beta1 to list pods in namespace 'outage'; install metrics-server", await ResourceFailureAsync(space));
        Assert.Equal(
            [
                "the cluster has no custom.metrics.k8s.io; install an adapter of custom metrics, such as Prometheus Adapter",
                "the cluster has no external.metrics.k8s.io/v1beta1 to list queue in namespace 'outage'; install an adapter of external metrics, such as KEDA",
            ],
            (await CustomAsync(space)).Select(r => r.Reason));

        await using (var adapter = await MetricsAdapter.StartAsync(plane))
        {
            await adapter.RegisterAsync("metrics.k8s.io", "v1beta1", Cancellation);
            await adapter.RegisterAsync("custom.metrics.k8s.io", "v1beta1", Cancellation);
            await adapter.RegisterAsync("external.metrics.k8s.io", "v1beta1", Cancellation);
            adapter.SetPod("outage", "web-1", "web", now, "30s", ("app", "50m", "50Mi"));
            adapter.Values[("outage", "pods/*/rps")] = new(MetricsAdapter.Value("Pod", "outage", "web-1", "7", now));
            adapter.Values[("outage", "queue")] = new(MetricsAdapter.External("queue", "3", now));
            using var provider = new KubernetesMetricsProvider(space.Options(), TimeProvider.System);
            Assert.Equal(50, (await provider.GetMetricsAsync(new("web", "cpu"), Cancellation))[MetricRef.Cpu].Value);
            Assert.Equal([7, 3], (await CustomAsync(space)).Select(r => r.Value));
            Assert.Contains(adapter.Requests, r => r.StartsWith("/apis/custom.metrics.k8s.io/v1beta1/namespaces/outage/pods/*/rps", StringComparison.Ordinal));
        }

        var down = await ResourceFailureAsync(space);
        Assert.StartsWith("the API server answered 503 to list pods in namespace 'outage'", down, StringComparison.Ordinal);
        Assert.EndsWith("; see whether metrics-server runs, and whether the APIService of metrics.k8s.io is available", down, StringComparison.Ordinal);
        Assert.All(await CustomAsync(space), r => Assert.Equal(MetricStatus.Failed, r.Status));
    }

    private static async Task<string> ResourceFailureAsync(TestNamespace space)
    {
        using var provider = new KubernetesMetricsProvider(Options(space), TimeProvider.System);
        var error = await Assert.ThrowsAsync<ScalingException>(async () => await provider.GetMetricsAsync(new("web", "cpu"), Cancellation));
        Assert.Equal(ScalingErrorKind.MetricsUnavailable, error.Kind);
        return error.Message;
    }

    private static async Task<ServiceMetrics> CustomAsync(TestNamespace space)
    {
        using var cluster = new KubernetesCluster(Options(space), TimeProvider.System);
        var provider = new CustomMetricsProvider(cluster, [KubernetesMetric.Pods("rps"), KubernetesMetric.External("queue")]);
        return await provider.GetMetricsAsync(new("web", "rps", "queue"), Cancellation);
    }

    private static KubernetesOptions Options(TestNamespace space)
    {
        var options = space.Options();
        options.RetryTime = TimeSpan.Zero;
        return options;
    }
}
