using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Scaling;

public sealed class KubernetesScalerTests(ClusterFixture cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScaleAsync_Deployment_IsWrittenByItsScaleAndSeenAtOnce()
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), "scale-deployment");
        await space.CreateDeploymentAsync("web", 3);
        using var scaler = new KubernetesScaler(space.Options(), TimeProvider.System);

        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        var outcome = await scaler.ScaleAsync("web", 3, 5, Cancellation);

        Assert.Equal(ScaleOutcome.Applied, outcome);
        Assert.Equal(5, await space.ReplicasAsync("web"));
        Assert.Equal(5, (await scaler.GetReplicasAsync("web", Cancellation)).Desired);
        Assert.Equal(5, (await scaler.GetReplicasAsync("scale-deployment/web", Cancellation)).Desired);
    }
}
