using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Kubernetes.Tests.Reading;

public sealed class ShelfTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void GetOrAdd_AskedForAgain_IsTheSameHoweverLongItIsKept()
    {
        var shelf = new Shelf<string, object>(_time);
        var first = shelf.GetOrAdd("a", (_, _) => new object(), 0);

        for (var hour = 0; hour < 5; hour++)
        {
            _time.Advance(Hour);
            shelf.GetOrAdd($"other-{hour}", (_, _) => new object(), 0);
            Assert.Same(first, shelf.GetOrAdd("a", (_, _) => new object(), 0));
        }
    }

    [Fact]
    public async Task Pods_OfANamespaceThatHasNoTargetsAnyLonger_AreNotKeptForEver()
    {
        await using var stub = await StubServer.StartAsync();
        using var cluster = KubernetesCluster.Create(stub.Options(), _time);
        using var provider = new KubernetesMetricsProvider(cluster);
        var (pods, autoscalers, workloads) = (cluster.Pods.In(new("preview-1", null)), cluster.Autoscalers("preview-1"), cluster.Workloads(ScalableKinds.Deployments, "preview-1"));

        _time.Advance(3 * Hour);
        cluster.Pods.In(new("preview-2", null));
        cluster.Autoscalers("preview-2");
        cluster.Workloads(ScalableKinds.Deployments, "preview-2");

        Assert.NotSame(pods, cluster.Pods.In(new("preview-1", null)));
        Assert.NotSame(autoscalers, cluster.Autoscalers("preview-1"));
        Assert.NotSame(workloads, cluster.Workloads(ScalableKinds.Deployments, "preview-1"));
    }
}
