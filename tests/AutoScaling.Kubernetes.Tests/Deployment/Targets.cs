using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Metrics;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The targets of the policies that come with the worker, twice as busy as they should be: 'web' wants 4 instead of 2 replicas, 'db' 6 instead of 3.</summary>
internal static class Targets
{
    public static async Task CreateAsync(TestNamespace space, MetricsAdapter adapter)
    {
        var metrics = new MetricsSpace(space, adapter);
        await space.CreateDeploymentAsync("web", 2);
        await space.CreateStatefulSetAsync("db", 3);
        foreach (var pod in new[] { "web-1", "web-2" }) await metrics.AddAsync(new(pod, "web"), ("app", "140m", "50Mi"));
        foreach (var pod in new[] { "db-0", "db-1", "db-2" }) await metrics.AddAsync(new(pod, "db"), ("app", "50m", "160Mi"));
        await UntilListedAsync(space);
    }

    /// <summary>Waits until lists, which the API server answers from its memory, show what is there.</summary>
    public static async Task UntilListedAsync(TestNamespace space)
    {
        foreach (var path in new[] { space.Deployments(), $"/apis/apps/v1/namespaces/{space.Name}/statefulsets", $"/api/v1/namespaces/{space.Name}/pods" })
        {
            var there = await VersionsAsync(path);
            while (!(await VersionsAsync(path + "?resourceVersion=0")).SetEquals(there)) await Task.Delay(20, space.Cancellation);
        }

        async Task<HashSet<string>> VersionsAsync(string path) =>
            [.. (await space.Admin.GetAsync(path, space.Cancellation))["items"]!.AsArray().Select(i => (string)i!["metadata"]!["resourceVersion"]!)];
    }

    public static Task<int> WebAsync(TestNamespace space) => space.ReplicasAsync("web");

    public static async Task<int> DbAsync(TestNamespace space) => (int)(await space.Admin.GetAsync(Db(space), space.Cancellation))["spec"]!["replicas"]!;

    /// <summary>What a controller does all the time: the targets get a new version, though nothing that matters has changed.</summary>
    public static async Task TouchAsync(TestNamespace space, int mark)
    {
        foreach (var path in new[] { space.Deployments("web"), Db(space) })
            await space.Admin.PatchAsync($"{path}/status", $$$"""{"status": {"observedGeneration": {{{mark}}}, "replicas": 0}}""", space.Cancellation);
    }

    private static string Db(TestNamespace space) => $"/apis/apps/v1/namespaces/{space.Name}/statefulsets/db";
}
