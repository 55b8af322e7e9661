using System.Text.Json;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>What the worker answers and writes where there is no API server.</summary>
public sealed class ProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-probes-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Worker_WithoutTheApiServer_LivesAndIsNotReady()
    {
        using var worker = await StartAsync([]);

        Assert.Equal(200, (await worker.AskAsync(Probes.Live)).Status);
        Assert.Equal((503, "This copy does not lead, and does not know who does."), await worker.AskAsync(Probes.Ready));
        var (status, metrics) = await worker.AskAsync(Probes.Metrics);
        Assert.Equal(200, status);
        Assert.Contains("autoscaling_leader{otel_scope_name=\"AutoScaling\"", metrics, StringComparison.Ordinal);

        // Why it is not ready is in its log.
        await worker.SaysAsync("message 'This copy does not lead, and does not know who does.'");
        await worker.StopAsync();
    }

    [Fact]
    public async Task Worker_FormatterOfTheSettings_WritesJson()
    {
        using var worker = await StartAsync(new()
        {
            ["Logging__Console__FormatterName"] = "json",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "yyyy-MM-ddTHH:mm:ss.fffZ",
            ["Logging__Console__FormatterOptions__UseUtcTimestamp"] = "true",
        });
        await worker.SaysAsync("cannot be looked after");
        await worker.StopAsync();

        var lines = worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Contains(lines, l => l.GetProperty("Message").GetString() == "Autoscaling has started; policies: 2.");
        Assert.All(lines, l => Assert.Equal(TimeSpan.Zero, l.GetProperty("Timestamp").GetDateTimeOffset().Offset));
    }

    private async Task<WorkerProcess> StartAsync(Dictionary<string, string> settings)
    {
        var config = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(config, KubeConfig.Text("http://127.0.0.1:1", null, new KubeConfigUser("nobody")), Cancellation);
        var policies = Path.Combine(_folder, "policies.yaml");
        await File.WriteAllTextAsync(policies, Manifests.Policies, Cancellation);
        return new(_folder, "probed", config, policies, settings);
    }
}
