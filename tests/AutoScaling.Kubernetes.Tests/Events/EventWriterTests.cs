using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Events;

public sealed class EventWriterTests(ClusterFixture cluster)
{
    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnEvaluated_AppliedAndRefusedScalings_AreEventsOnTheTarget()
    {
        var space = await SpaceAsync(TestNamespace.ListingRules);
        var created = await space.CreateDeploymentAsync("web", 4);
        ScalingRecord up, down, refused;
        await using (var host = Host(space))
        {
            host.Cpu = 90;
            up = await host.AutoScaler.EvaluateAsync("web", Cancellation);
            host.Cpu = 10;
            down = await host.AutoScaler.EvaluateAsync("web", Cancellation);
            await host.AutoScaler.EvaluateAsync("web", Cancellation); // Down again.
            host.Cpu = 50;
            await host.AutoScaler.EvaluateAsync("web", Cancellation); // Stays: no news.
            await space.SetReplicasAsync("web", 9);
            host.Cpu = 90;
            refused = await host.AutoScaler.EvaluateAsync("web", Cancellation);
            await space.UntilEventsAsync(4);
        }

        var events = await EventsAsync(space, 4);

        Assert.Equal(["ScaledUp", "ScaledDown", "ScaledDown", "ScalingRefused"], events.Select(e => (string?)e["reason"]));
        Assert.Equal(["Normal", "Normal", "Normal", "Warning"], events.Select(e => (string?)e["type"]));
        Assert.Equal(up.Explain(), (string?)events[0]["message"]);
        Assert.Equal(down.Explain(), (string?)events[1]["message"]);
        Assert.Equal(refused.Explain(), (string?)events[3]["message"]);
        Assert.EndsWith("It was not carried out: it has 9 replicas, not 4.", refused.Explain(), StringComparison.Ordinal);
        Assert.All(events, e =>
        {
            var involved = e["involvedObject"]!;
            Assert.Equal(("apps/v1", "Deployment", "web"), ((string?)involved["apiVersion"], (string?)involved["kind"], (string?)involved["name"]));
            Assert.Equal((string?)created["metadata"]!["uid"], (string?)involved["uid"]);
            Assert.Equal(("autoscaling", 1), ((string?)e["source"]!["component"], (int?)e["count"]));
        });
    }

    [Fact]
    public async Task OnEvaluated_SameRefusalAtEveryTick_IsOneEventInTenMinutes()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 4);
        await space.Admin.PostAsync($"/apis/autoscaling/v1/namespaces/{space.Name}/horizontalpodautoscalers", """
            {"metadata": {"name": "cpu"}, "spec": {"maxReplicas": 9, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}}
            """, Cancellation);
        await using (var host = Host(space))
        {
            host.Cpu = 90;
            for (var tick = 0; tick < 3; tick++) await host.AutoScaler.EvaluateAsync("web", Cancellation);
            _time.Advance(TimeSpan.FromMinutes(10));
            await host.AutoScaler.EvaluateAsync("web", Cancellation);
            await space.UntilEventsAsync(2);
        }

        Assert.All(await EventsAsync(space, 2), e => Assert.Equal("ScalingRefused", (string?)e["reason"]));
    }

    [Fact]
    public async Task OnEvaluated_SomebodySetsItBackAgainAndAgain_IsNamedInAWarning()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 4);
        await using (var host = Host(space))
        {
            host.Cpu = 90;
            for (var time = 0; time < 4; time++)
            {
                Assert.Equal(ScaleOutcome.Applied, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Outcome);
                _time.Advance(TestNamespace.ListAge);
                if (time == 3) break;
                await space.Admin.PatchAsync(
                    $"/apis/apps/v1/namespaces/{space.Name}/deployments/web?fieldManager=argocd-controller", """{"spec": {"replicas": 4}}""", Cancellation);
            }

            await space.UntilEventsAsync(5);
        }

        var warning = Assert.Single(await EventsAsync(space, 5), e => (string?)e["type"] == "Warning");
        Assert.Equal("ReplicasSetBack", (string?)warning["reason"]);
        Assert.StartsWith("It was 'argocd-controller' that wrote spec.replicas last, by managedFields. Somebody else has set the count of 'web' back 3 times", (string?)warning["message"], StringComparison.Ordinal);
        Assert.Contains("leave that field out", (string?)warning["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnEvaluated_SwitchedOff_WritesNothing()
    {
        var space = await SpaceAsync();
        await space.CreateDeploymentAsync("web", 4);
        await using (var host = Host(space, events: false))
        {
            host.Cpu = 90;
            Assert.Equal(ScaleOutcome.Applied, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Outcome);
        }

        Assert.Empty(await EventsAsync(space, 0));
    }

    [Fact]
    public async Task OnEvaluated_MayNotWriteEvents_ScalesAllTheSame()
    {
        var space = await SpaceAsync(TestNamespace.ScalingRules.Replace("events", "none", StringComparison.Ordinal));
        await space.CreateDeploymentAsync("web", 4);
        await using var host = Host(space);
        host.Cpu = 90;

        Assert.Equal(ScaleOutcome.Applied, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Outcome);
        Assert.Equal(ScaleOutcome.Applied, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Outcome);

        await host.Log.WaitForAsync(1, Cancellation);
        await host.DisposeAsync();
        Assert.Equal(
            [$"Kubernetes Events cannot be written: the user '{space.User}' may not create events in namespace '{space.Name}'; " +
                "add to its Role: apiGroups [\"\"], resources [events], verbs [create]. Scaling goes on without them."],
            host.Log.Warnings);
    }

    private static async Task<List<JsonNode>> EventsAsync(TestNamespace space, int expected)
    {
        var list = await space.Admin.GetAsync($"/api/v1/namespaces/{space.Name}/events", Cancellation);
        var events = list["items"]!.AsArray().Select(e => e!).OrderBy(e => (string?)e["metadata"]!["name"], StringComparer.Ordinal).ToList();
        Assert.Equal(expected, events.Count);
        return events;
    }

    private async Task<TestNamespace> SpaceAsync(string rules = TestNamespace.ScalingRules) =>
        await TestNamespace.CreateAsync(await cluster.PlaneAsync(), TestNamespace.NewName("events"), rules);

    private ScalingHost Host(TestNamespace space, bool events = true) => new(
        o => (o.KubeConfig, o.Events, o.MaxListAge) = (space.Options().KubeConfig, events, TestNamespace.ListAge),
        [ScalingHost.Policy("web")],
        _time);
}
