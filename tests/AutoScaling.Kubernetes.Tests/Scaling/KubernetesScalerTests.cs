using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Scaling;

public sealed class KubernetesScalerTests(ClusterFixture cluster)
{
    // Moved where a test needs a new list.
    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web")]
    [InlineData("{0}/web")]
    [InlineData("{0}/deployments/web")]
    [InlineData("{0}/apps/v1/deployments/web")]
    public async Task ScaleAsync_Deployment_IsWrittenAndSeenAtOnce(string name)
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        ScalingTarget target = string.Format(System.Globalization.CultureInfo.InvariantCulture, name, space.Name);
        Assert.Equal(3, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);

        var outcome = await scaler.ScaleAsync(target, 3, 5, Cancellation);

        Assert.Equal(ScaleOutcome.Applied, outcome);
        Assert.Equal(5, await space.ReplicasAsync("web"));
        Assert.Equal(5, (await scaler.GetReplicasAsync(target, Cancellation)).Desired); // From the same list, which says 3.
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 5, 0, Cancellation)); // Over our own version.
        Assert.Equal(0, await space.ReplicasAsync("web"));
        _time.Advance(TestNamespace.ListAge);
        Assert.Equal(0, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);
    }

    [Fact]
    public async Task ScaleAsync_StatefulSet_IsWritten()
    {
        var space = await SpaceAsync();
        await space.CreateStatefulSetAsync("db", 1);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        ScalingTarget target = $"{space.Name}/statefulsets/db";
        Assert.Equal(1, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 1, 2, Cancellation));

        Assert.Equal(2, (int)(await space.Admin.GetAsync($"/apis/apps/v1/namespaces/{space.Name}/statefulsets/db/scale", Cancellation))["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task ScaleAsync_ReplicationController_IsWritten()
    {
        var space = await SpaceAsync();
        await space.Admin.PostAsync($"/api/v1/namespaces/{space.Name}/replicationcontrollers", """
            {"metadata": {"name": "old"}, "spec": {"replicas": 2, "selector": {"app": "old"}, "template": {"metadata": {"labels": {"app": "old"}},
             "spec": {"containers": [{"name": "c", "image": "x"}]}}}}
            """, Cancellation);
        await space.CreatePodAsync("old-1", """{"app": "old"}""");
        using var scaler = new KubernetesScaler(space.Options(), _time);
        ScalingTarget target = $"{space.Name}/replicationcontrollers/old";
        var status = await scaler.GetReplicasAsync(target, Cancellation);

        Assert.Equal((2, "old-1"), (status.Desired, Assert.Single(status.Members).Name));
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 2, 3, Cancellation));
    }

    [Fact]
    public async Task GetReplicasAsync_PodsInEveryState_AreToldApart()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 6, """{"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]}""");
        await space.SetStatusAsync("web", 5);
        const string Labels = """{"app": "web", "tier": "a"}""";
        static string Running(string ready, string changed) =>
            $$"""{"phase": "Running", "startTime": "2026-01-01T12:00:00Z", "conditions": [{"type": "Ready", "status": "{{ready}}", "lastTransitionTime": "{{changed}}"}]}""";
        await space.CreatePodAsync("web-ready", Labels, Running("True", "2026-01-01T12:00:20Z"));
        await space.CreatePodAsync("web-pending", Labels);
        await space.CreatePodAsync("web-starting", Labels, Running("False", "2026-01-01T12:00:01Z"));
        await space.CreatePodAsync("web-unready", Labels, Running("False", "2026-01-01T12:10:00Z"));
        await space.CreatePodAsync("web-failed", Labels, """{"phase": "Failed"}""");
        await space.CreatePodAsync("web-going", Labels, Running("True", "2026-01-01T12:00:20Z"));
        await space.Admin.DeleteAsync($"/api/v1/namespaces/{space.Name}/pods/web-going", Cancellation);
        await space.CreatePodAsync("web-of-another-tier", """{"app": "web", "tier": "c"}""");
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var status = await scaler.GetReplicasAsync("web", Cancellation);

        Assert.Equal((6, 5, 1, 2, 1, 1), (status.Desired, status.Existing, status.Ready, status.Starting, status.Unready, status.Terminating));
        Assert.Equal(["web-going", "web-pending", "web-ready", "web-starting", "web-unready"], status.Members.Select(m => m.Name));
        Assert.Equal(
            new Replica
            {
                Name = "web-ready",
                Phase = ReplicaPhase.Running,
                Readiness = ReplicaReadiness.Ready,
                StartedAt = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
                ReadinessChangedAt = new(2026, 1, 1, 12, 0, 20, TimeSpan.Zero),
            },
            status.Members[2]);
    }

    [Fact]
    public async Task ScaleAsync_CountThatSomebodyChangedMeanwhile_IsLeftAlone()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await space.SetReplicasAsync("web", 7);

        var outcome = await scaler.ScaleAsync("web", 3, 4, Cancellation);

        Assert.Equal(ScaleOutcome.Rejected("it has 7 replicas, not 3"), outcome);
        Assert.Equal(7, await space.ReplicasAsync("web"));
        Assert.Equal(7, (await scaler.GetReplicasAsync("web", Cancellation)).Desired); // What was found is not forgotten, though the list says 3.
    }

    [Fact]
    public async Task ScaleAsync_CountThatSomebodyAlreadyMadeWhatIsWanted_IsNotOurs()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await space.SetReplicasAsync("web", 4);

        Assert.Equal(ScaleOutcome.Rejected("it has 4 replicas, not 3"), await scaler.ScaleAsync("web", 3, 4, Cancellation));
    }

    [Fact]
    public async Task ScaleAsync_OnlyTheStatusChangedMeanwhile_IsWritten()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await space.SetStatusAsync("web", 3);

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));
        Assert.Equal(4, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task ScaleAsync_AnotherOneOfTheSameName_IsLeftAlone()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await space.Admin.DeleteAsync(space.Deployments("web"), Cancellation);
        await space.CreateDeploymentAsync("web", 3);

        var outcome = await scaler.ScaleAsync("web", 3, 4, Cancellation);

        Assert.Equal(ScaleOutcome.Rejected("it was deleted and created again meanwhile"), outcome);
        Assert.Equal(3, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task ScaleAsync_DeletedMeanwhile_SaysSo()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        await space.Admin.DeleteAsync(space.Deployments("web"), Cancellation);

        Assert.Equal(ScaleOutcome.Rejected($"there is no deployment 'web' in namespace '{space.Name}'"), await scaler.ScaleAsync("web", 3, 4, Cancellation));
        _time.Advance(TestNamespace.ListAge);
        await Assert.ThrowsAsync<ScalingException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());
    }

    [Fact]
    public async Task ScaleAsync_WrongFromOrNothingToDo_AsksNobody()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync("web", Cancellation);
        var mark = await space.Plane.Audit.MarkAsync(Cancellation);

        Assert.Equal(ScaleOutcome.Rejected("it has 3 replicas, not 2"), await scaler.ScaleAsync("web", 2, 4, Cancellation));
        Assert.Equal(ScaleOutcome.Unchanged, await scaler.ScaleAsync("web", 3, 3, Cancellation));

        Assert.DoesNotContain(await space.Plane.Audit.SinceAsync(mark, Cancellation), e => e.User == space.User);
    }

    [Fact]
    public async Task ScaleAsync_WithoutAReadingBefore_ReadsFirst()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 3);
        await Deployment.Targets.UntilListedAsync(space);
        using var scaler = new KubernetesScaler(space.Options(), _time);

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));
    }

    [Fact]
    public async Task GetReplicasAsync_NoSuchWorkload_SaysWhatIsMissing()
    {
        var space = await SpaceAsync();
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var error = await Assert.ThrowsAsync<ScalingException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());

        Assert.Equal($"there is no deployment 'web' in namespace '{space.Name}'", error.Message);
        Assert.Equal(ScaleOutcome.Rejected($"there is no deployment 'web' in namespace '{space.Name}'"), await scaler.ScaleAsync("web", 1, 2, Cancellation));
    }

    [Fact]
    public async Task GetReplicasAsync_AfterDispose_IsRefused()
    {
        var space = await SpaceAsync();
        var scaler = new KubernetesScaler(space.Options(), _time);
        scaler.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => scaler.GetReplicasAsync("web", Cancellation).AsTask());
    }

    [Fact]
    public async Task EvaluateAsync_ForeignWriteBetweenTwoTicks_IsRecordedAndNotFoughtInTheSameTick()
    {
        var space = await SpaceAsync(TestNamespace.ListingRules);
        await space.CreateDeploymentAsync("web", 4);
        await using var host = new ScalingHost(o => (o.KubeConfig, o.Events) = (space.Options().KubeConfig, false), [ScalingHost.Policy("web")], _time);
        host.Cpu = 90;
        Assert.Equal(6, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Decision!.To);

        // Seen at the next tick: it is a fact to decide from, and the record names it.
        await space.SetReplicasAsync("web", 2);
        host.Cpu = 60;
        _time.Advance(TestNamespace.ListAge);
        var seen = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal((2, 2, 6), (seen.Decision!.From, seen.Decision.To, seen.Decision.Expected));

        // Between reading and writing of one tick: the write is refused, and the record says why.
        await space.SetReplicasAsync("web", 9);
        host.Cpu = 90;
        var lost = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal(ScaleOutcome.Rejected("it has 9 replicas, not 2"), lost.Outcome);
        Assert.Equal(9, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task EvaluateAsync_DeletedAndCreatedAgainBetweenTwoTicks_DecidesFromTheNewOne()
    {
        var space = await SpaceAsync(TestNamespace.ListingRules);
        await space.CreateDeploymentAsync("web", 6);
        await using var host = new ScalingHost(o => (o.KubeConfig, o.Events) = (space.Options().KubeConfig, false), [ScalingHost.Policy("web")], _time);
        host.Cpu = 90;
        Assert.Equal(9, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Decision!.To);
        await space.Admin.DeleteAsync(space.Deployments("web"), Cancellation);
        await space.CreateDeploymentAsync("web", 2);

        // With the list of before, and with a new one.
        host.Cpu = 10;
        Assert.Equal(ScaleOutcome.Rejected("it was deleted and created again meanwhile"), (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Outcome);
        Assert.Equal(2, await space.ReplicasAsync("web"));
        _time.Advance(TestNamespace.ListAge);
        host.Cpu = 90;
        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal((2, 3, ScaleOutcome.Applied), (record.Decision!.From, record.Decision.To, record.Outcome));
        Assert.Equal(3, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task ScaleAsync_PausedDeploymentInANamespaceThatIsBeingDeleted_IsWritten()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 4);
        await space.Admin.PatchAsync(space.Deployments("web"), """{"spec": {"paused": true}}""", Cancellation);
        await space.Admin.DeleteAsync($"/api/v1/namespaces/{space.Name}", Cancellation);
        await using var host = new ScalingHost(o => o.KubeConfig = space.Options().KubeConfig, [ScalingHost.Policy("web")], _time);
        host.Cpu = 90;

        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);

        Assert.Equal((null, ScaleOutcome.Applied), (record.Error, record.Outcome));
        Assert.Equal(6, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task EvaluateAsync_AsManyReplicasAsThereAreNumbers_DoesNotOverflow()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", int.MaxValue);
        await using var host = new ScalingHost(
            o => (o.KubeConfig, o.Events) = (space.Options().KubeConfig, false), [ScalingHost.Policy("web") with { Range = new(1, int.MaxValue) }], _time);
        host.Cpu = 90;
        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal((int.MaxValue, int.MaxValue), (record.Decision!.From, record.Decision.To));

        host.Cpu = 10;
        record = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal((1503238553, ScaleOutcome.Applied), (record.Decision!.To, record.Outcome));
        Assert.Equal(1503238553, await space.ReplicasAsync("web"));
    }

    private async Task<TestNamespace> SpaceAsync(string rules = TestNamespace.ScalingRules) => await TestNamespace.CreateAsync(await cluster.PlaneAsync(), TestNamespace.NewName("scaler"), rules);
}
