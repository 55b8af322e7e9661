using AutoScaling.Kubernetes.Tests.Cluster;
using Microsoft.Extensions.Logging.Testing;

namespace AutoScaling.Kubernetes.Tests.Scaling;

public sealed class ForeignAutoscalerTests(ClusterFixture cluster)
{
    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScaleAsync_AutoscalerOnTheTarget_RefusesUntilItIsGone()
    {
        var space = await SpaceWithAutoscalerAsync();
        var logger = new FakeLogger<KubernetesScaler>();
        using var scaler = new KubernetesScaler(space.Options(), _time, logger);
        await scaler.GetReplicasAsync("web", Cancellation);
        await scaler.GetReplicasAsync("web", Cancellation);

        var outcome = await scaler.ScaleAsync("web", 3, 4, Cancellation);

        Assert.Equal(ScaleOutcome.Rejected($"the HorizontalPodAutoscaler '{space.Name}/cpu' scales it too; delete that one, or set AllowForeignAutoscaler"), outcome);
        Assert.Equal(3, await space.ReplicasAsync("web"));
        Assert.Equal(
            $"web is not scaled, because the HorizontalPodAutoscaler '{space.Name}/cpu' scales it too: delete that one, or set AllowForeignAutoscaler.",
            Assert.Single(logger.Collector.GetSnapshot()).Message);

        await scaler.GetReplicasAsync("other", Cancellation);
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("other", 1, 2, Cancellation));

        await space.Admin.DeleteAsync($"/apis/autoscaling/v1/namespaces/{space.Name}/horizontalpodautoscalers/cpu", Cancellation);
        _time.Advance(TestNamespace.ListAge);

        // What is deleted is told by a watch, which takes a moment.
        var outcomeAfterwards = await scaler.ScaleAsync("web", 3, 4, Cancellation);
        for (var tries = 0; tries < 200 && outcomeAfterwards.Kind == ScaleOutcomeKind.Rejected; tries++)
        {
            await Task.Delay(50, Cancellation);
            outcomeAfterwards = await scaler.ScaleAsync("web", 3, 4, Cancellation);
        }

        Assert.Equal(ScaleOutcome.Applied, outcomeAfterwards);
    }

    [Fact]
    public async Task ScaleAsync_AutoscalerThatIsAllowed_IsNotEvenReadAbout()
    {
        var space = await SpaceWithAutoscalerAsync();
        var options = space.Options();
        options.AllowForeignAutoscaler = true;
        using var scaler = new KubernetesScaler(options, _time);
        var mark = await space.Plane.Audit.MarkAsync(Cancellation);
        await scaler.GetReplicasAsync("web", Cancellation);

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 3, 4, Cancellation));

        Assert.DoesNotContain(await space.Plane.Audit.SinceAsync(mark, Cancellation), e => e.User == space.User && e.Resource == "horizontalpodautoscalers");
    }

    [Fact]
    public async Task EvaluateAsync_AutoscalerOnTheTarget_IsInTheStatus()
    {
        var space = await SpaceWithAutoscalerAsync();
        await using var host = new ScalingHost(o => o.KubeConfig = space.Options().KubeConfig, [ScalingHost.Policy("web")], _time);
        host.Cpu = 90;

        await host.AutoScaler.EvaluateAsync("web", Cancellation);

        var status = host.AutoScaler.GetStatus("web");
        Assert.Equal(ScaleOutcomeKind.Rejected, status.LastOutcome!.Kind);
        Assert.StartsWith($"the HorizontalPodAutoscaler '{space.Name}/cpu' scales it too", status.LastOutcome.Reason, StringComparison.Ordinal);

        // Also where there is nothing to do.
        host.Cpu = 60;
        await host.AutoScaler.EvaluateAsync("web", Cancellation);
        status = host.AutoScaler.GetStatus("web");
        Assert.Equal(ScaleDirection.Stay, status.LastDecision!.Direction);
        Assert.Equal($"'web' is not scaled: the HorizontalPodAutoscaler '{space.Name}/cpu' scales it too; delete that one, or set AllowForeignAutoscaler.", status.LastError);
    }

    private async Task<TestNamespace> SpaceWithAutoscalerAsync()
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), TestNamespace.NewName("foreign"));
        await space.CreateDeploymentAsync("web", 3);
        await space.CreateDeploymentAsync("other", 1);
        await space.Admin.PostAsync($"/apis/autoscaling/v1/namespaces/{space.Name}/horizontalpodautoscalers", """
            {"metadata": {"name": "cpu"}, "spec": {"maxReplicas": 9, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}
            """, Cancellation);
        return space;
    }
}
