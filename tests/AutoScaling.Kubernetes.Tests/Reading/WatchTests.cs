using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Reading;

/// <summary>Watches of a real API server.</summary>
public sealed class WatchTests(ClusterFixture cluster)
{
    private const string Labels = """{"app": "web"}""";

    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_PodsThatComeChangeAndGo_AreToldByTheApiServer()
    {
        var plane = await cluster.PlaneAsync();
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("watch"));
        await space.CreatePodAsync("a", Labels);
        var mark = await plane.Audit.MarkAsync(Cancellation);
        using var own = KubernetesCluster.Create(space.Options(), _time);
        var pods = own.Pods.In(new(space.Name, "app in (web)"));

        await UntilAsync(pods, "a");
        await space.CreatePodAsync("b", Labels);
        await space.CreatePodAsync("other", """{"app": "db"}""");
        await UntilAsync(pods, "a", "b");
        await space.Admin.PatchAsync($"/api/v1/namespaces/{space.Name}/pods/a/status", """{"status": {"phase": "Failed"}}""", Cancellation);
        await UntilAsync(pods, "b");

        var asked = (await plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.User == space.User);
        Assert.Equal(["list", "watch"], asked.Select(e => e.Verb).Distinct().Order());
        Assert.Single(asked, e => e.Verb == "list");
    }

    [Fact]
    public async Task GetAsync_ApiServerRestartedCompactedAndRestored_GoesByWhatThereIs()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "watched");
        await space.CreatePodAsync("a", Labels);
        await plane.BackUpAsync(Cancellation);
        using var own = KubernetesCluster.Create(space.Options(), _time);
        var pods = own.Pods.In(new(space.Name, null));
        await UntilAsync(pods, "a");

        plane.KillApiServer();
        await plane.RestartApiServerAsync(Cancellation);
        await space.CreatePodAsync("b", Labels);
        await UntilAsync(pods, "a", "b");

        await space.CreatePodAsync("c", Labels);
        plane.KillApiServer();
        await plane.RestartApiServerAsync(Cancellation);
        await space.CreatePodAsync("d", Labels);
        await plane.CompactAsync(Cancellation);
        await UntilAsync(pods, "a", "b", "c", "d");

        await plane.RestoreAsync(Cancellation);
        await UntilAsync(pods, "a");
    }

    private async Task UntilAsync(WatchedList<PodItem, Pod, PodList> pods, params string[] names)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        string[] found = [];
        try
        {
            while (!found.SequenceEqual(names))
            {
                // What is not watched is listed as soon as it may be.
                if (pods.HasEnded) _time.Advance(TestNamespace.ListAge);
                await Task.Delay(10, deadline.Token);
                found = [.. (await pods.GetAsync(deadline.Token)).All().Select(p => p.Name).Order(StringComparer.Ordinal)];
            }
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            Assert.Equal(names, found);
        }
    }
}
