using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Scaling;

public sealed class FleetTests(ClusterFixture cluster)
{
    private const int Count = 2000;
    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TickAsync_TwoThousandDeployments_CostsAHandfulOfRequestsAndOneWriteForEachChange()
    {
        var plane = await cluster.PlaneAsync();
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("fleet"));
        var names = Enumerable.Range(0, Count).Select(i => $"app-{i}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (name, _) => await space.CreateDeploymentAsync(name, 2));
        await using var host = new ScalingHost(
            o => (o.KubeConfig, o.Events, o.RequestsPerSecond, o.MaxListAge) = (space.Options().KubeConfig, false, 10_000, TimeSpan.FromSeconds(10)),
            names.Select(name => ScalingHost.Policy(name) with { Interval = TimeSpan.FromSeconds(5) }),
            _time);

        // The first tick, a steady one, one in which all change, and one after it: what has been listed once is watched.
        Assert.Equal(["list deployments", "list horizontalpodautoscalers", "list pods"], await TickAsync(host, space, 50));
        Assert.Empty(await TickAsync(host, space, 50));
        var change = await TickAsync(host, space, 90);
        Assert.Equal(Count, change.Count(r => r == "update deployments/scale"));

        // The API server ends a watch that cannot follow so many changes at once; before it goes on, it is asked once whether it was set back.
        Assert.InRange(change.Count - Count, 0, 20);
        Assert.InRange((await TickAsync(host, space, 50)).Count, 0, 3);

        Assert.All(host.AutoScaler.GetStatus().Targets, t => Assert.Equal((3, null), (t.Replicas!.Desired, t.LastError)));
        var listed = await space.Admin.GetAsync(space.Deployments(), Cancellation);
        Assert.All(listed["items"]!.AsArray(), d => Assert.Equal(3, (int)d!["spec"]!["replicas"]!));
    }

    /// <summary>What one tick of all targets asks of the API server.</summary>
    private async Task<List<string>> TickAsync(ScalingHost host, TestNamespace space, double cpu)
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        host.Cpu = cpu;
        var mark = await space.Plane.Audit.MarkAsync(Cancellation);
        Assert.Equal(Count, await host.AutoScaler.TickAsync(Cancellation));
        var requests = (await space.Plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.User == space.User && e.Verb != "watch").ToList();

        // The question whether it was set back is taken back if the API server ends the new watch as well, which the log calls a 500.
        Assert.All(requests.Where(r => !r.Uri.EndsWith("?limit=1", StringComparison.Ordinal)), r => Assert.Equal(200, r.Status));
        return [.. requests.Select(r => $"{r.Verb} {r.Resource}{(r.Subresource is null ? "" : $"/{r.Subresource}")}").Order(StringComparer.Ordinal)];
    }
}
