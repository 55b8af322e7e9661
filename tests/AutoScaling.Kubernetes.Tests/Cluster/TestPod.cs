using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>A container of a pod: its name and what it requests.</summary>
internal sealed record TestContainer(string Name, string? Cpu = null, string? Memory = null);

/// <summary>A pod that the test makes as a controller would, with the status that a node would give it.</summary>
internal sealed record TestPod(string Name, string App)
{
    public TestContainer[] Containers { get; init; } = [new("app", "100m", "100Mi")];

    public string Phase { get; init; } = "Running";

    /// <summary>The status of the Ready condition; <see langword="null"/> for no such condition.</summary>
    public string? Ready { get; init; } = "True";

    public TimeSpan? Started { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long ago the Ready condition changed.</summary>
    public TimeSpan ReadySince { get; init; } = TimeSpan.FromMinutes(59);

    public bool IsDeleted { get; init; }

    /// <summary>Makes the pod.</summary>
    public async Task CreateAsync(TestNamespace space, DateTimeOffset now)
    {
        var pods = $"/api/v1/namespaces/{space.Name}/pods";
        var spec = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["labels"] = new JsonObject { ["app"] = App },
                ["finalizers"] = new JsonArray("test/keep"),
            },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray([.. Containers.Select(Container)]) },
        };
        await space.Admin.PostAsync(pods, spec.ToJsonString(), space.Cancellation);
        var status = new JsonObject { ["phase"] = Phase };
        if (Started is { } started) status["startTime"] = Time(now - started);
        if (Ready is not null)
        {
            status["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Ready", ["status"] = Ready, ["lastTransitionTime"] = Time(now - ReadySince) });
        }

        await space.Admin.PatchAsync($"{pods}/{Name}/status", new JsonObject { ["status"] = status }.ToJsonString(), space.Cancellation);
        if (IsDeleted) await space.Admin.DeleteAsync($"{pods}/{Name}", space.Cancellation);
    }

    private static JsonNode Container(TestContainer container)
    {
        var requests = new JsonObject();
        if (container.Cpu is not null) requests["cpu"] = container.Cpu;
        if (container.Memory is not null) requests["memory"] = container.Memory;
        return new JsonObject { ["name"] = container.Name, ["image"] = "x", ["resources"] = new JsonObject { ["requests"] = requests } };
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
