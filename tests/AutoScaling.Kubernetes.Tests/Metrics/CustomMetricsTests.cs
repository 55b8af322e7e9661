using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Metrics;

public sealed class CustomMetricsTests(ClusterFixture cluster, MetricsFixture metrics)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetMetricsAsync_PodsMetric_IsTheAverageOverThePodsAndEachByItself()
    {
        var space = await SpaceAsync("custom-pods");
        foreach (var app in new[] { "a", "b" })
        {
            await space.Space.CreateDeploymentAsync(app, 2);
            await space.AddAsync(new($"{app}-1", app));
            await space.AddAsync(new($"{app}-2", app));
            await space.AddAsync(new($"{app}-3", app) { IsDeleted = true });
        }

        var at = space.Now.AddSeconds(-30);
        space.Adapter.Values[(space.Name, "pods/*/http_requests")] = new(
            Pod("a-1", "1500m", at),
            Pod("a-2", "2500m", at.AddSeconds(5), 15),
            Pod("a-3", "1k", at),
            Pod("b-1", "-3", at),
            Pod("stranger", "1M", at));
        using var read = Reader(space, KubernetesMetric.Pods("http_requests") with { Name = "rps" });

        var (a, b) = ((await read.Of("a"))["rps"], (await read.Of("b"))["rps"]);

        Assert.Equal((MetricStatus.Available, 2.0, at), (a.Status, a.Value, a.At));
        Assert.Equal(
            [new("a-1", 1.5, null, at, TimeSpan.FromMinutes(1)), new("a-2", 2.5, null, at.AddSeconds(5), TimeSpan.FromSeconds(15)), new("a-3", 1000, null, at, TimeSpan.FromMinutes(1))],
            a.Replicas);
        Assert.Equal((-3.0, 3), (b.Value, b.Replicas.Length));
        Assert.Equal(1, space.Adapter.CountRequests(space.Name));
    }

    [Fact]
    public async Task GetMetricsAsync_ObjectAndExternalMetrics_AreTheirTotals()
    {
        var space = await SpaceAsync("custom-objects");
        var at = space.Now.AddSeconds(-10);
        space.Adapter.Values[(space.Name, "services/web/requests")] = new(MetricsAdapter.Value("Service", space.Name, "web", "1234m", at));
        space.Adapter.Values[(space.Name, "services/other/requests")] = new(MetricsAdapter.Value("Service", space.Name, "other", "5", at));
        space.Adapter.Values[(space.Name, "ingresses.networking.k8s.io/main/requests")] = new(MetricsAdapter.Value("Ingress", space.Name, "main", "2k", at));
        space.Adapter.Values[(space.Name, "metrics/quota")] = new(MetricsAdapter.Value("Namespace", "", space.Name, "1Ki", at));
        space.Adapter.Values[(space.Name, "queue_messages")] = new(
            MetricsAdapter.External("queue_messages", "100", at, ("queue", "web"), ("zone", "a")),
            MetricsAdapter.External("queue_messages", "500m", at.AddSeconds(-9), ("queue", "web"), ("zone", "b")),
            MetricsAdapter.External("queue_messages", "7", at, ("queue", "other")));
        using var read = Reader(
            space,
            KubernetesMetric.Object("requests", "services") with { Name = "service" },
            KubernetesMetric.Object("requests", "ingresses.networking.k8s.io", "main") with { Name = "ingress" },
            KubernetesMetric.Object("quota", "namespaces"),
            KubernetesMetric.External("queue_messages") with { Selector = "queue={name}" },
            KubernetesMetric.External("queue_messages") with { Name = "all" },
            KubernetesMetric.External("queue_messages") with { Name = "none", Selector = "queue in (x, {namespace})" });

        var web = await read.Of("web");
        var other = await read.Of("other");

        Assert.Equal((1.234, at), (web["service"].Value, web["service"].At));
        Assert.Equal(2000, web["ingress"].Value);
        Assert.Equal(1024, web["quota"].Value);
        Assert.Equal((100.5, at.AddSeconds(-9)), (web["queue_messages"].Value, web["queue_messages"].At));
        Assert.Equal(107.5, web["all"].Value);
        Assert.Equal((MetricStatus.Missing, "the adapter has no value of 'queue_messages'"), (web["none"].Status, web["none"].Reason));
        Assert.Equal(5, other["service"].Value);
        Assert.Equal(7, other["queue_messages"].Value);

        // Two services and two queues; the rest is the same for both targets. No pods metric, so no pods are read.
        Assert.Equal(8, space.Adapter.CountRequests(space.Name));
    }

    [Fact]
    public async Task GetMetricsAsync_OneMetricOfMany_AsksTheAdapterForThatOneOnly()
    {
        var space = await SpaceAsync("custom-asked");
        space.Adapter.Values[(space.Name, "queue")] = new(MetricsAdapter.External("queue", "3", space.Now));
        using var read = Reader(space, KubernetesMetric.Pods("rps"), KubernetesMetric.Object("hits", "services"), KubernetesMetric.External("queue"));

        var answer = await read.Ask(new("web", "queue", "unknown"));

        Assert.Equal(["queue = 3"], answer.Select(r => r.ToString()));
        Assert.Equal(1, space.Adapter.CountRequests(space.Name));
    }

    [Fact]
    public async Task GetMetricsAsync_MetricThatNobodyServes_FailsAloneAndSaysWhatIsMissing()
    {
        var space = await SpaceAsync("custom-unknown");
        await space.Space.CreateDeploymentAsync("web", 1);
        space.Adapter.Values[(space.Name, "queue")] = new(MetricsAdapter.External("queue", "3", space.Now));
        space.Adapter.Values[(space.Name, "odd")] = new(MetricsAdapter.External("odd", "many", space.Now));
        space.Adapter.Values[(space.Name, "pods/*/known")] = new(Pod("someone", "1", space.Now));
        using var read = Reader(space, KubernetesMetric.Pods("known"), KubernetesMetric.Pods("unknown"), KubernetesMetric.Object("hits", "services"), KubernetesMetric.External("nothing"), KubernetesMetric.External("queue"), KubernetesMetric.External("odd"));

        var empty = await read.Of("web");
        await space.AddAsync(new("web-1", "web"));
        using var again = Reader(space, KubernetesMetric.Pods("known"));

        Assert.Equal((MetricStatus.Missing, "deployment 'web' in namespace 'custom-unknown' has no pods"), (empty["known"].Status, empty["known"].Reason));
        Assert.Equal(
            (MetricStatus.Failed, "the adapter of custom.metrics.k8s.io/v1beta2 has nothing to get pods/unknown '*' in namespace 'custom-unknown'"),
            (empty["unknown"].Status, empty["unknown"].Reason));
        Assert.Equal(
            (MetricStatus.Failed, "the adapter of custom.metrics.k8s.io/v1beta2 has nothing to get services/hits 'web' in namespace 'custom-unknown'"),
            (empty["hits"].Status, empty["hits"].Reason));
        Assert.Equal(
            (MetricStatus.Failed, "the cluster has no external.metrics.k8s.io/v1beta1 to list nothing in namespace 'custom-unknown'; install an adapter of external metrics, such as KEDA"),
            (empty["nothing"].Status, empty["nothing"].Reason));
        Assert.Equal(3, empty["queue"].Value);
        Assert.Equal((MetricStatus.Missing, "the adapter has a series of 'odd' without a value or a time"), (empty["odd"].Status, empty["odd"].Reason));
        var known = (await again.Of("web"))["known"];
        Assert.Equal((MetricStatus.Missing, "the adapter has no value of any running pod of deployment 'web' in namespace 'custom-unknown'"), (known.Status, known.Reason));
    }

    [Fact]
    public async Task GetMetricsAsync_UserWithoutTheRole_IsToldTheRules()
    {
        var space = await MetricsSpace.CreateAsync(await cluster.PlaneAsync(), metrics, "custom-forbidden", TestNamespace.ScalingRules);
        await space.Space.CreateDeploymentAsync("web", 1);
        await space.AddAsync(new("web-1", "web"));
        using var read = Reader(space, KubernetesMetric.Pods("rps"), KubernetesMetric.Object("requests", "services"), KubernetesMetric.External("queue"));

        var web = await read.Of("web");

        const string User = "the user 'scaler-custom-forbidden' may not", Where = "in namespace 'custom-forbidden'; add to its Role: apiGroups";
        Assert.Equal($"{User} get pods/rps '*' {Where} [custom.metrics.k8s.io], resources [pods/rps], verbs [get]", web["rps"].Reason);
        Assert.Equal($"{User} get services/requests 'web' {Where} [custom.metrics.k8s.io], resources [services/requests], verbs [get]", web["requests"].Reason);
        Assert.Equal($"{User} list queue {Where} [external.metrics.k8s.io], resources [queue], verbs [list]", web["queue"].Reason);
        Assert.All(web, r => Assert.Equal(MetricStatus.Failed, r.Status));
    }

    [Fact]
    public async Task AddKubernetesMetrics_RuleThatNamesTheSource_IsScaledByIt()
    {
        var space = await SpaceAsync("custom-loop");
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.AddAsync(new("web-1", "web"));
        await space.AddAsync(new("web-2", "web"));
        space.Adapter.Values[(space.Name, "pods/*/http_requests")] = new(Pod("web-1", "20", space.Now), Pod("web-2", "30", space.Now));
        space.Adapter.Values[(space.Name, "queue")] = new(MetricsAdapter.External("queue", "61", space.Now));
        await using var host = new MetricsHost(space, b => b
            .AddKubernetesMetrics("k8s", KubernetesMetric.Pods("http_requests"), KubernetesMetric.External("queue"))
            .AddPolicy(new()
            {
                Target = "web",
                Rules =
                [
                    new TargetTrackingRule { Metric = "http_requests@k8s", Kind = TargetKind.AverageValue, Target = 10 },
                    new TargetTrackingRule { Metric = "queue@k8s", Kind = TargetKind.TotalPerReplica, Target = 20 },
                ],
                Behavior = ScalingBehavior.Immediate,
            }));

        var record = await host.EvaluateAsync("web");

        Assert.Equal([5, 4], record.Decision!.Recommendations.Select(r => r.Replicas));
        Assert.Equal(5, await space.Space.ReplicasAsync("web"));
    }

    private static AdapterValue Pod(string name, string value, DateTimeOffset at, long? window = null) => MetricsAdapter.Value("Pod", "any", name, value, at, window);

    private static CustomReader Reader(MetricsSpace space, params KubernetesMetric[] metrics)
    {
        var options = space.Options;
        options.MaxListAge = TimeSpan.FromHours(1);
        return new(new KubernetesCluster(options, TimeProvider.System), metrics);
    }

    private async Task<MetricsSpace> SpaceAsync(string name) => await MetricsSpace.CreateAsync(await cluster.PlaneAsync(), metrics, name);

    private sealed class CustomReader(KubernetesCluster cluster, KubernetesMetric[] metrics) : IDisposable
    {
        private readonly CustomMetricsProvider _provider = new(cluster, [.. metrics]);

        /// <summary>All metrics of a target.</summary>
        public Task<ServiceMetrics> Of(string target) => Ask(new(target, [.. metrics.Select(m => new MetricRef(m.Name))]));

        public async Task<ServiceMetrics> Ask(MetricsRequest request) => await _provider.GetMetricsAsync(request, Cancellation);

        public void Dispose() => cluster.Dispose();
    }
}
