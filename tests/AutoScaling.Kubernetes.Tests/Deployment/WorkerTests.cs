using AutoScaling.Kubernetes.Tests.Cluster;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The worker as users get it: its manifests applied by kubectl as they are, its program in processes of its own, as the manifests' service account.</summary>
public sealed class WorkerTests(ClusterFixture cluster, MetricsFixture metrics)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_InOneNamespace_ScalesFollowsItsConfigMapAndHandsOver()
    {
        var plane = await cluster.PlaneAsync();
        var team = await TeamAsync(plane);
        await Kubectl.ApplyAsync(plane, "overlays/cluster-wide/namespace.yaml", "base/worker.yaml", "base/policies.yaml", "base/network.yaml");
        await Kubectl.RunAsync(plane, "apply", "-n", team.Name, "-f", Manifests.PathOf("rights/namespaced.yaml"));
        await UntilAllowedAsync(team);
        var text = await PoliciesAsync(plane, team);
        var policies = new MountedPolicies(Path.Combine(plane.Folder, team.Name), text);
        var config = await Deployed.TokenAsync(plane, Manifests.Namespace);
        using var first = new WorkerProcess(plane.Folder, "autoscaling-1", config, policies.Path, []);
        await first.SaysAsync("leads now and scales the targets.");
        using var second = new WorkerProcess(plane.Folder, "autoscaling-2", config, policies.Path, []);
        await second.SaysAsync($"The Lease '{Manifests.Namespace}/autoscaling' is held by 'autoscaling-1_");

        await first.SaysAsync($"Scaled {team.Name}/web from 2 to 4 replicas. ");
        await first.SaysAsync($"Scaled {team.Name}/statefulsets/db from 3 to 6 replicas. ");
        Assert.Equal((4, 6), (await Targets.WebAsync(team), await Targets.DbAsync(team)));

        // What the manifests' probes and Prometheus ask for.
        Assert.Equal((200, "2 of 2 targets are evaluated."), await first.AskAsync(Probes.Live));
        Assert.Equal((200, "Targets were read."), await first.AskAsync(Probes.Ready));
        var (ready, standby) = await second.AskAsync(Probes.Ready);
        Assert.Equal(200, ready);
        Assert.StartsWith("This copy stands by; 'autoscaling-1_", standby, StringComparison.Ordinal);
        var gauge = $"autoscaling_target=\"{team.Name}/web\"}} 4\n";
        await first.UntilAsync(
            async () => (await first.AskAsync(Probes.Metrics)).Answer.Split("autoscaling_replicas_desired{").Any(series => series.Contains(gauge, StringComparison.Ordinal)),
            "the metric says what is set");

        // As long as the text before, so that neither its length nor the link itself tells them apart.
        policies.Write(text.Replace("min: 2", "min: 7", StringComparison.Ordinal));
        await first.UntilAsync(async () => await Targets.WebAsync(team) == 7, "the new policy takes effect");
        policies.Write(text.Replace("min: 2", "min: x", StringComparison.Ordinal));
        await first.SaysAsync("were not loaded again, the old ones stay: ");

        Assert.False(second.Leads);
        await first.StopAsync();
        await second.SaysAsync("leads now and scales the targets.");
        Assert.EndsWith("Autoscaling has stopped.\n", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warn: ", second.Output, StringComparison.Ordinal);
        await second.StopAsync();
    }

    [Fact]
    public async Task Worker_InAllNamespaces_ScalesTargetsInTwoOfThem()
    {
        var plane = await cluster.PlaneAsync();
        var (a, b) = (await TeamAsync(plane), await TeamAsync(plane));
        await Kubectl.ApplyAsync(plane, "overlays/cluster-wide/namespace.yaml", "base/worker.yaml", "base/policies.yaml", "base/network.yaml");
        await Kubectl.ApplyAsync(plane, "overlays/cluster-wide/priority.yaml", "overlays/cluster-wide/cluster.yaml");
        await UntilAllowedAsync(a);
        var settings = await ConfigMapAsync(plane, "autoscaling-settings");
        var text = await PoliciesAsync(plane, a) + (await PoliciesAsync(plane, b)).Replace("policies:\n", "", StringComparison.Ordinal);
        var policies = new MountedPolicies(Path.Combine(plane.Folder, a.Name), text);
        var mark = await plane.Audit.MarkAsync(Cancellation);
        using var worker = new WorkerProcess(plane.Folder, "autoscaling-3", await Deployed.TokenAsync(plane, Manifests.Namespace), policies.Path, settings);

        foreach (var team in new[] { a, b })
        {
            await worker.SaysAsync($"Scaled {team.Name}/web from 2 to 4 replicas. ");
            await worker.SaysAsync($"Scaled {team.Name}/statefulsets/db from 3 to 6 replicas. ");
            Assert.Equal((4, 6), (await Targets.WebAsync(team), await Targets.DbAsync(team)));
        }

        await worker.StopAsync();
        Assert.DoesNotContain("warn: ", worker.Output, StringComparison.Ordinal);
        var requests = (await plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.User == $"system:serviceaccount:{Manifests.Namespace}:autoscaling").ToList();

        // All at once, or, where the cluster has many pods beside these targets, what is theirs alone.
        Assert.All(requests.Where(e => e.Verb == "list"), e => Assert.True(e.Namespace is null || e.Uri.Contains("Selector=", StringComparison.Ordinal), e.Uri));
        Assert.Contains(requests, e => e is { Verb: "list", Resource: "pods" });
    }

    /// <summary>The policies in the cluster, for a namespace of this test, in a hurry, and without the guards that wait for ready pods: nothing here starts pods.</summary>
    private static async Task<string> PoliciesAsync(ControlPlane plane, TestNamespace team) => (await ConfigMapAsync(plane, "autoscaling-policies"))["policies.yaml"]
        .Replace("team-a", team.Name, StringComparison.Ordinal)
        .Replace("interval: 15s", "interval: 1s", StringComparison.Ordinal)
        .Replace("preset: kubernetes", "preset: kubernetes, safetyGuards: false", StringComparison.Ordinal)
        .Replace("interval: 30s", "interval: 1s\n    behavior: { safetyGuards: false }", StringComparison.Ordinal);

    private static async Task<IDictionary<string, string>> ConfigMapAsync(ControlPlane plane, string name) => k8s.KubernetesJson.Deserialize<V1ConfigMap>(
        (await plane.Admin.GetAsync($"/api/v1/namespaces/{Manifests.Namespace}/configmaps/{name}", Cancellation)).ToJsonString()).Data;

    /// <summary>Waits until the API server knows what the worker may do, in its own namespace and in that of the targets.</summary>
    private static async Task UntilAllowedAsync(TestNamespace team)
    {
        const string User = $"system:serviceaccount:{Manifests.Namespace}:autoscaling";
        await team.UntilAllowedAsync("""{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["create"]}""", User, Manifests.Namespace);
        await team.UntilAllowedAsync("""{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}""", User, team.Name);
    }

    private async Task<TestNamespace> TeamAsync(ControlPlane plane)
    {
        var team = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("team"), rules: null);
        await Targets.CreateAsync(team, await metrics.AdapterAsync(plane));
        return team;
    }
}
