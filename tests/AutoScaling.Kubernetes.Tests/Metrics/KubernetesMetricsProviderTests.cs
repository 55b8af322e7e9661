using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Metrics;

public sealed class KubernetesMetricsProviderTests(ClusterFixture cluster, MetricsFixture metrics)
{
    private static readonly TargetTrackingRule HalfOfTheCpu = new() { Metric = MetricRef.Cpu, Target = 50 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetMetricsAsync_TwoReadyPods_IsThePercentOfTheirRequestsAndEachPodByItself()
    {
        var space = await SpaceAsync("metrics-ready");
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.AddAsync(new("web-1", "web"), ("app", "123456789n", "65536Ki"));
        await space.AddAsync(new("web-2", "web"), ("app", "50m", "10Mi"));
        await space.AddAsync(new("other-1", "other"), ("app", "5", "1Gi"));
        var old = new TestPod("web-2", "web");
        space.Use(old, space.Now.AddSeconds(-45), ("app", "50m", "10Mi"));

        var read = await space.ReadAsync("web");

        var cpu = read[MetricRef.Cpu];
        Assert.Equal((MetricStatus.Available, 87.0, space.Now.AddSeconds(-45)), (cpu.Status, cpu.Value, cpu.At));
        var window = TimeSpan.FromSeconds(30);
        Assert.Equal([new("web-1", 0.124, 0.1, space.Now.AddSeconds(-20), window), new("web-2", 0.05, 0.1, space.Now.AddSeconds(-45), window)], cpu.Replicas);
        var memory = read[MetricRef.Memory];
        Assert.Equal((MetricStatus.Available, 37.0), (memory.Status, memory.Value));
        Assert.Equal([(67108864.0, 104857600.0), (10485760.0, 104857600.0)], memory.Replicas.Select(r => (r.Value!.Value, r.Request!.Value)));
        Assert.Equal(["cpu", "memory"], read.Select(r => r.Metric.Name));
        var part = await space.ReadAsync("web", "memory/app", "unknown", "cpu/other", "cpu");
        Assert.Equal(["memory/app", "cpu"], part.Select(r => r.Metric.Name));
        Assert.Equal((memory.Value, cpu.Value), (part["memory/app"].Value, part[MetricRef.Cpu].Value));
    }

    [Fact]
    public async Task GetMetricsAsync_NothingThatItKnows_AsksNobody()
    {
        var space = await SpaceAsync("metrics-unknown");
        var mark = await space.Space.Plane.Audit.MarkAsync(Cancellation);
        Assert.Empty(await space.ReadAsync("web", "queue", "cpus/app"));
        Assert.DoesNotContain(await space.Space.Plane.Audit.SinceAsync(mark, Cancellation), e => e.User == space.Space.User);
        Assert.Equal(0, space.Adapter.CountRequests("metrics-unknown"));
    }

    [Fact]
    public async Task GetMetricsAsync_PodsInEveryState_CountsTheReadyOnesAndListsAllThatHaveNotEnded()
    {
        var space = await SpaceAsync("metrics-states");
        await space.Space.CreateDeploymentAsync("web", 6);
        await space.AddAsync(new("a-ready", "web"), ("app", "200m", "50Mi"));
        await space.AddAsync(new("b-missing", "web"));
        await space.AddAsync(new("c-pending", "web") { Phase = "Pending", Ready = "False", Started = null }, ("app", "900m", "50Mi"));
        await space.AddAsync(new("d-terminating", "web") { IsDeleted = true }, ("app", "900m", "50Mi"));
        await space.AddAsync(new("e-starting", "web") { Ready = "False", Started = TimeSpan.FromMinutes(1), ReadySince = TimeSpan.FromMinutes(1) }, ("app", "900m", "50Mi"));
        await space.AddAsync(new("f-failed", "web") { Phase = "Failed", Ready = "False" }, ("app", "900m", "50Mi"));

        var read = await space.ReadAsync("web");
        var decision = await space.DecideAsync("web", HalfOfTheCpu);

        Assert.Equal(200, read[MetricRef.Cpu].Value);
        Assert.Equal(
            [("a-ready", 0.2), ("b-missing", null), ("c-pending", 0.9), ("d-terminating", 0.9), ("e-starting", (double?)0.9)],
            read[MetricRef.Cpu].Replicas.Select(r => (r.Name, r.Value)));
        Assert.All(read[MetricRef.Cpu].Replicas, r => Assert.Equal(0.1, r.Request));

        // One of 200 %; missing, pending and starting ones count as idle: 50 %, which is the target.
        Assert.Equal((6, 6, RecommendationReason.Undecided), (decision.From, decision.To, decision.Recommendations[0].Reason));
    }

    [Fact]
    public async Task GetMetricsAsync_NoPodIsReady_CountsThoseThatRun()
    {
        var space = await SpaceAsync("metrics-unready");
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.AddAsync(new("web-1", "web") { Ready = "False", ReadySince = TimeSpan.FromMinutes(1) }, ("app", "150m", "50Mi"));
        await space.AddAsync(new("web-2", "web") { Phase = "Pending", Ready = null, Started = null }, ("app", "1", "50Mi"));

        Assert.Equal(150, (await space.ReadAsync("web"))[MetricRef.Cpu].Value);
    }

    [Fact]
    public async Task GetMetricsAsync_NothingMeasured_IsMissingAndNeverZero()
    {
        var space = await SpaceAsync("metrics-missing");
        await space.Space.CreateDeploymentAsync("web", 1);
        await space.Space.CreateDeploymentAsync("empty", 1);
        await space.AddAsync(new("web-1", "web"));
        await space.Space.CreateDeploymentAsync("partly", 1);
        await space.AddAsync(new("partly-1", "partly"), ("app", "soon", "50Mi"));

        AssertMissing("metrics.k8s.io has no CPU of any running pod of deployment 'web' in namespace 'metrics-missing' yet", (await space.ReadAsync("web"))[MetricRef.Cpu]);
        AssertMissing("deployment 'empty' in namespace 'metrics-missing' has no pods", (await space.ReadAsync("empty"))[MetricRef.Memory]);
        var partly = await space.ReadAsync("partly");
        AssertMissing("metrics.k8s.io has no CPU of any running pod of deployment 'partly' in namespace 'metrics-missing' yet", partly[MetricRef.Cpu]);
        Assert.Equal(50, partly[MetricRef.Memory].Value);
    }

    [Fact]
    public async Task GetMetricsAsync_ContainerWithoutRequest_HasNoPercentageButAnAverage()
    {
        var space = await SpaceAsync("metrics-requests");
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.AddAsync(new("web-1", "web") { Containers = [new("app", "100m", "100Mi"), new("proxy", null, "10Mi")] }, ("app", "300m", "50Mi"), ("proxy", "100m", "5Mi"));
        await space.AddAsync(new("web-2", "web") { Containers = [new("app", "100m", "100Mi"), new("proxy", "1", "10Mi")] }, ("app", "300m", "50Mi"), ("proxy", "100m", "5Mi"));

        var read = await space.ReadAsync("web", "cpu", "memory", "cpu/app", "cpu/proxy");

        AssertMissing("container 'proxy' of pod 'web-1' requests no CPU, so there is nothing to be a percentage of", read[MetricRef.Cpu]);
        Assert.Equal(50, read[MetricRef.Memory].Value);
        Assert.Equal((MetricStatus.Available, 300.0), (read["cpu/app"].Status, read["cpu/app"].Value));
        AssertMissing("container 'proxy' of pod 'web-1' requests no CPU, so there is nothing to be a percentage of", read["cpu/proxy"]);

        var percent = await space.DecideAsync("web", HalfOfTheCpu);
        Assert.Equal((RecommendationKind.Unavailable, 2), (percent.Recommendations[0].Kind, percent.To));
        Assert.Equal(4, (await space.DecideAsync("web", HalfOfTheCpu with { Kind = TargetKind.AverageValue, Target = 0.2 })).To);
        Assert.Equal(12, (await space.DecideAsync("web", HalfOfTheCpu with { Metric = "cpu/app" })).To);
    }

    [Fact]
    public async Task GetMetricsAsync_ContainerThatAPodLacks_Fails()
    {
        var space = await SpaceAsync("metrics-containers");
        await space.Space.CreateDeploymentAsync("web", 2);
        TestContainer[] both = [new("app", "100m"), new("proxy", "100m")];
        await space.AddAsync(new("web-1", "web") { Containers = both }, ("app", "60m", null), ("proxy", "20m", null));
        await space.AddAsync(new("web-2", "web") { Containers = both }, ("app", "40m", null));

        var read = await space.ReadAsync("web", "cpu/app", "cpu/proxy", "cpu/nothing");
        Assert.Equal(50, read["cpu/app"].Value);
        AssertFailed("the metrics of pod 'web-2' have no container 'proxy'", read["cpu/proxy"]);
        AssertMissing("the source returned no such metric", read["cpu/nothing"]);

        await space.AddAsync(new("web-3", "web") { Containers = [new("app", "100m")] }, ("app", "20m", null));
        read = await space.ReadAsync("web", "cpu/app", "cpu/proxy");
        Assert.Equal(40, read["cpu/app"].Value);
        AssertFailed("the metrics of pod 'web-2' have no container 'proxy'", read["cpu/proxy"]);
        space.Use(new("web-2", "web"), ("app", "40m", null), ("proxy", "1m", null));
        AssertFailed("pod 'web-3' has no container 'proxy'", (await space.ReadAsync("web", "cpu/proxy"))["cpu/proxy"]);
    }

    [Fact]
    public async Task GetMetricsAsync_UserWithoutTheRole_IsToldTheRule()
    {
        var space = await SpaceAsync("metrics-forbidden", TestNamespace.ScalingRules);
        await space.Space.CreateDeploymentAsync("web", 1);

        var error = await Assert.ThrowsAsync<ScalingException>(() => space.ReadAsync("web"));

        Assert.Equal(ScalingErrorKind.MetricsUnavailable, error.Kind);
        Assert.Equal(
            "the user 'scaler-metrics-forbidden' may not list pods in namespace 'metrics-forbidden'; add to its Role: apiGroups [metrics.k8s.io], resources [pods], verbs [list]",
            error.Message);
    }

    [Fact]
    public async Task GetMetricsAsync_NoSuchTarget_SaysSo()
    {
        var space = await SpaceAsync("metrics-nobody");
        var error = await Assert.ThrowsAsync<ScalingException>(() => space.ReadAsync("web"));
        Assert.Equal((ScalingErrorKind.MetricsUnavailable, "there is no deployment 'web' in namespace 'metrics-nobody'"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task GetMetricsAsync_ListBreaksOff_GivesNothingInsteadOfAPart()
    {
        var space = await SpaceAsync("metrics-broken");
        await space.Space.CreateDeploymentAsync("web", 2);
        await space.AddAsync(new("web-1", "web"), ("app", "100m", null));
        await space.AddAsync(new("web-2", "web"), ("app", "200m", null));
        space.Adapter.Broken["metrics-broken"] = true;
        var options = space.Options;
        options.RetryTime = TimeSpan.Zero;
        using var provider = new KubernetesMetricsProvider(options, TimeProvider.System);

        var error = await Assert.ThrowsAsync<ScalingException>(async () => await provider.GetMetricsAsync(new("web", "cpu"), Cancellation));

        Assert.Equal(ScalingErrorKind.MetricsUnavailable, error.Kind);
        Assert.StartsWith($"the answer of the API server {space.Space.Plane.Server} broke off (", error.Message, StringComparison.Ordinal);
        space.Adapter.Broken.TryRemove("metrics-broken", out _);
        Assert.Equal(150, (await space.ReadAsync("web"))[MetricRef.Cpu].Value);
    }

    [Fact]
    public async Task GetMetricsAsync_ThousandsOfPods_AreOneRequest()
    {
        const int Apps = 100, PodsPerApp = 20;
        var space = await SpaceAsync("metrics-fleet");
        for (var i = 0; i < Apps; i++) await space.Space.CreateDeploymentAsync($"app-{i}", PodsPerApp);
        var pods = Enumerable.Range(0, Apps * PodsPerApp).Select(i => new TestPod($"app-{i % Apps}-{i / Apps}", $"app-{i % Apps}"));
        await Parallel.ForEachAsync(pods, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (pod, _) =>
            await space.AddAsync(pod, ("app", "70m", "10Mi")));
        var mark = await space.Space.Plane.Audit.MarkAsync(Cancellation);
        var options = space.Options;
        options.MaxListAge = TimeSpan.FromHours(1);
        using var provider = new KubernetesMetricsProvider(options, TimeProvider.System);

        var read = await Task.WhenAll(Enumerable.Range(0, Apps).Select(i => provider.GetMetricsAsync(new($"app-{i}", "cpu"), Cancellation).AsTask()));

        Assert.All(read, r => Assert.Equal((70.0, PodsPerApp), (r[MetricRef.Cpu].Value, r[MetricRef.Cpu].Replicas.Count(p => p.Value == 0.07))));
        var asked = (await space.Space.Plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.User == space.Space.User && e.Verb != "watch");

        // Pods are counted, listed and measured, once each.
        Assert.Equal(["deployments", "pods", "pods", "pods"], asked.Select(e => e.Resource).Order());
        Assert.Equal(1, space.Adapter.CountRequests("metrics-fleet"));
    }

    [Fact]
    public async Task UseKubernetes_PolicyOfAContainer_IsScaledByItsMetrics()
    {
        var space = await SpaceAsync("metrics-loop");
        await space.Space.CreateDeploymentAsync("web", 1);
        await space.Space.SetStatusAsync("web", 1);
        await space.AddAsync(new("web-1", "web") { Containers = [new("app", "100m"), new("proxy")] }, ("app", "140m", null), ("proxy", "900m", null));
        var file = Path.Combine(space.Space.Plane.Folder, "policies.yaml");
        await File.WriteAllTextAsync(file, """
            policies:
              - service: web
                min: 1
                max: 10
                rules:
                  - { type: targetTracking, metric: cpu/app, target: 50 }
            """, Cancellation);
        await using var host = new MetricsHost(space, b => b.AddPolicyFile(file));

        var record = await host.EvaluateAsync("web");

        Assert.Null(record.Error);
        Assert.Equal((1, 3, ScaleOutcome.Applied), (record.Decision!.From, record.Decision.To, record.Outcome));
        Assert.Equal(3, await space.Space.ReplicasAsync("web"));
    }

    private static void AssertMissing(string reason, MetricReading reading) => Assert.Equal((MetricStatus.Missing, reason), (reading.Status, reading.Reason));

    private static void AssertFailed(string reason, MetricReading reading) => Assert.Equal((MetricStatus.Failed, reason), (reading.Status, reading.Reason));

    private async Task<MetricsSpace> SpaceAsync(string name, string rules = TestNamespace.ScalingRules + "," + MetricsSpace.MetricsRules) =>
        await MetricsSpace.CreateAsync(await cluster.PlaneAsync(), metrics, name, rules);
}
