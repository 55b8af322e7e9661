using System.Globalization;
using AutoScaling.Kubernetes.Benchmarks.ManyPods;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>The worker beside an API server that has many pods, of which few are its targets'.</summary>
public sealed class HeapLimitTests
{
    private const int Pods = 100_000;
    private const int Targets = 50;

    // All pods, as small as they are kept, would take twice as much, and their lists hundreds.
    private const long HeapLimit = 48 * 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_FiftyTargetsAmongAHundredThousandPods_ScalesThemInASmallHeap()
    {
        await using var server = await PodServer.StartAsync(Pods, null, Cancellation);
        server.Keep("/apis/coordination.k8s.io/v1/namespaces/default/leases/autoscaling", """{"metadata": {"name": "autoscaling", "namespace": "default", "resourceVersion": "1"}, "spec": {}}""");
        var folder = Directory.CreateTempSubdirectory("autoscaling-heap-").FullName;
        var (config, policies) = (Path.Combine(folder, "kubeconfig"), Path.Combine(folder, "policies.yaml"));
        await File.WriteAllTextAsync(config, KubeConfig.Text(server.Address, null, new KubeConfigUser("worker")), Cancellation);
        await File.WriteAllTextAsync(policies, PodTexts.Policies(Targets), Cancellation);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture),
            ["Kubernetes__AllNamespaces"] = "true",
        };
        using (var worker = new WorkerProcess(folder, "small", config, policies, settings))
        {
            await worker.UntilAsync(() => Task.FromResult(worker.Leads), "it leads");
            server.Load = 900;
            await worker.UntilAsync(() => Task.FromResult(server.Scaled.Count == Targets), "all targets are scaled");

            Assert.DoesNotContain("OutOfMemory", worker.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("warn:", worker.Output, StringComparison.Ordinal);
        }

        // 900 of the 1,000 that ten pods request are 90 %, of which 70 are wanted.
        Assert.All(server.Scaled.Values, replicas => Assert.Equal(13, replicas));
        Assert.InRange(server.Answers.Values.Sum(a => a.Bytes), 1, 50_000_000);
        Directory.Delete(folder, recursive: true);
    }
}
