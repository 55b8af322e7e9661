using System.Globalization;
using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>What a node and a load would do with the pods that the controllers make: they run, are ready, and share the load of their app equally.</summary>
internal sealed class PlayedNode(TestNamespace space, MetricsAdapter adapter)
{
    /// <summary>What each pod requests, in millicores.</summary>
    public const int Request = 100;

    /// <summary>The CPU that the pods of each app use together, in millicores.</summary>
    public int Load { get; set; }

    /// <summary>Makes a deployment whose pods the controllers make.</summary>
    public Task CreateAsync(string app, int replicas) => space.Admin.PostAsync(space.Deployments(), $$$$"""
        {"metadata": {"name": "{{{{app}}}}"},
         "spec": {"replicas": {{{{replicas}}}}, "selector": {"matchLabels": {"app": "{{{{app}}}}"}},
                  "template": {"metadata": {"labels": {"app": "{{{{app}}}}"}},
                               "spec": {"terminationGracePeriodSeconds": 0, "containers": [{"name": "c", "image": "x", "resources": {"requests": {"cpu": "{{{{Request}}}}m"}}} ]} }}}
        """, space.Cancellation);

    /// <summary>Lets new pods run, and measures all of them.</summary>
    /// <returns>How many pods each app has that run.</returns>
    public async Task<Dictionary<string, int>> TurnAsync()
    {
        var pods = $"/api/v1/namespaces/{space.Name}/pods";
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var there = (await space.Admin.GetAsync(pods, space.Cancellation))["items"]!.AsArray().Select(p => p!).Where(p => p["metadata"]!["deletionTimestamp"] is null).ToList();
        foreach (var pod in there.Where(p => (string?)p["status"]?["phase"] != "Running"))
        {
            // A pod may be deleted just now.
            var path = $"{pods}/{(string)pod["metadata"]!["name"]!}/status";
            if (await space.Admin.TryGetAsync(path, space.Cancellation) is not null) await space.Admin.PatchAsync(path, Running(now), space.Cancellation);
        }

        var apps = there.GroupBy(p => (string)p["metadata"]!["labels"]!["app"]!).ToDictionary(g => g.Key, g => g.Count());
        foreach (var pod in there)
        {
            var app = (string)pod["metadata"]!["labels"]!["app"]!;
            var use = ((decimal)Load / apps[app]).ToString("0", CultureInfo.InvariantCulture);
            adapter.SetPod(space.Name, (string)pod["metadata"]!["name"]!, app, now, "15s", ("c", $"{use}m", null));
        }

        var names = there.Select(p => (string)p["metadata"]!["name"]!).ToHashSet();
        foreach (var (key, _) in adapter.Pods.Where(p => p.Key.Namespace == space.Name && !names.Contains(p.Key.Pod))) adapter.Pods.TryRemove(key, out _);
        return apps;
    }

    // Long ago, so that no start colours what is measured.
    private static string Running(DateTimeOffset now)
    {
        var time = now.AddHours(-1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["startTime"] = time,
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = time }),
            },
        }.ToJsonString();
    }
}
