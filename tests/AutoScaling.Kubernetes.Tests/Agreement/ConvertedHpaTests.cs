using System.Diagnostics;
using System.Globalization;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Tests.Readme;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>
/// <c>autoscaling convert --from-cluster</c> on a real control plane: what it makes of an HPA scales a deployment as the HPA's own controller scales another one
/// under the same load.
/// </summary>
public sealed class ConvertedHpaTests(ClusterFixture cluster)
{
    private const string Hpas = """{"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": ["list"]}""";
    private const string Scaled = """{"apiGroups": ["keda.sh"], "resources": ["scaledobjects"], "verbs": ["list"]}""";

    // Of HPAs that wait for seconds where others wait for minutes.
    private const string Spec = """
        {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "theirs"}, "minReplicas": 2, "maxReplicas": 10,
         "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}}],
         "behavior": {"scaleUp": {"stabilizationWindowSeconds": 0, "policies": [{"type": "Pods", "value": 2, "periodSeconds": 4}]},
                      "scaleDown": {"stabilizationWindowSeconds": 4, "policies": [{"type": "Percent", "value": 50, "periodSeconds": 4}]}}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Convert_HpaOfTheCluster_ScalesAsTheHpaDoes()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        await using var adapter = await MetricsAdapter.StartAsync(plane);
        await adapter.RegisterAsync("metrics.k8s.io", "v1beta1", Cancellation);
        var space = await TestNamespace.CreateAsync(
            plane, "converted", TestNamespace.ScalingRules + """, {"apiGroups": ["metrics.k8s.io"], "resources": ["pods"], "verbs": ["list"]}""");
        var node = new PlayedNode(space, adapter) { Load = 120 };
        foreach (var app in new[] { "theirs", "ours" }) await node.CreateAsync(app, 2);
        await AddHpaAsync(space);

        // What it makes of the HPA, for another deployment, and looking as often as the controller is told to.
        var policy = Assert.Single(await ConvertAsync(plane, space)) with { Target = $"{space.Name}/ours", Interval = TimeSpan.FromSeconds(1) };
        Assert.Equal(new ReplicaRange(2, 10), policy.Range);
        plane.StartControllers(["deployment", "replicaset", "horizontalpodautoscaling"], ["--horizontal-pod-autoscaler-sync-period=1s"]);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddAutoScaling(o => (o.RunLoop, o.StartJitter) = (false, 0)).AddPolicy(policy).UseKubernetes(o =>
        {
            o.KubeConfig = plane.KubeConfigFor(space.User, space.Name);
            o.MaxListAge = TimeSpan.FromMilliseconds(400);
        });
        await using var provider = services.BuildServiceProvider();
        var autoScaler = provider.GetRequiredService<IAutoScaler>();

        // Up by two at a time, further up, down by halves, above the most, below the least. One replica more or fewer is beyond the tolerance.
        (int Load, int Replicas)[] phases = [(360, 6), (480, 8), (180, 3), (900, 10), (60, 2)];
        foreach (var (load, replicas) in phases)
        {
            node.Load = load;
            var settled = await SettleAsync(space, node, autoScaler, replicas);
            Assert.Equal((load, replicas, replicas), (load, settled.Theirs, settled.Ours));
        }
    }

    [Fact]
    public async Task Convert_Cluster_ReadsHpasAndScaledObjects()
    {
        var plane = await cluster.PlaneAsync();
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("converted"), Hpas);
        await AddHpaAsync(space);
        Assert.Equal([$"{space.Name}/theirs"], (await ConvertAsync(plane, space)).Select(p => p.Target.Name));

        await AddKedaAsync(space);
        var (exitCode, output, errors) = await ToolAsync(plane, space);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("may not list scaledobjects", errors, StringComparison.Ordinal);
        Assert.Contains("apiGroups [keda.sh], resources [scaledobjects], verbs [list]", errors, StringComparison.Ordinal);

        var both = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("converted"), $"{Hpas}, {Scaled}");
        await both.Admin.PostAsync($"/apis/keda.sh/v1alpha1/namespaces/{both.Name}/scaledobjects", """
            {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "work"},
             "spec": {"scaleTargetRef": {"name": "work"}, "minReplicaCount": 1, "triggers": [{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "60"}}]}}
            """, Cancellation);
        await AddHpaAsync(both);
        Assert.Equal([$"{both.Name}/theirs", $"{both.Name}/work"], (await ConvertAsync(plane, both)).Select(p => p.Target.Name));
    }

    private static async Task AddHpaAsync(TestNamespace space) => await space.Admin.PostAsync(
        $"/apis/autoscaling/{await HpaAgreementTests.VersionAsync(space.Plane)}/namespaces/{space.Name}/horizontalpodautoscalers",
        $$"""{"metadata": {"name": "shop"}, "spec": {{Spec}} }""",
        Cancellation);

    /// <summary>Plays the node and evaluates until both counts have been as expected for a while, or for so long that they never will be.</summary>
    private static async Task<(int Theirs, int Ours)> SettleAsync(TestNamespace space, PlayedNode node, IAutoScaler autoScaler, int expected)
    {
        var (began, since, last) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), (Theirs: 0, Ours: 0));
        while (true)
        {
            var pods = await node.TurnAsync();
            await autoScaler.TickAsync(Cancellation);
            var now = (Theirs: await space.ReplicasAsync("theirs"), Ours: await space.ReplicasAsync("ours"));
            var runs = pods.GetValueOrDefault("theirs") == now.Theirs && pods.GetValueOrDefault("ours") == now.Ours;
            if (now != last || now != (expected, expected) || !runs) (last, since) = (now, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since) > Calm || Stopwatch.GetElapsedTime(began) > Patience) return last;
            await Task.Delay(100, Cancellation);
        }
    }

    private static async Task<IReadOnlyList<ScalingPolicy>> ConvertAsync(ControlPlane plane, TestNamespace space)
    {
        var (exitCode, output, errors) = await ToolAsync(plane, space);
        Assert.True(exitCode == 0, errors);
        return PolicyDocument.ParseYaml(output);
    }

    /// <summary>Runs the tool as the test's user, where it was built: beside the tests it would not find packages that are part of their framework.</summary>
    private static async Task<(int ExitCode, string Output, string Errors)> ToolAsync(ControlPlane plane, TestNamespace space)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var tool = Document.PathOf($"src/AutoScaling.Tool/bin/{built.Parent!.Name}/{built.Name}/AutoScaling.Tool.dll");
        string[] arguments = [tool, "convert", "--from-cluster", "--kubeconfig", plane.KubeConfigFor(space.User, space.Name), "--namespace", space.Name];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>KEDA's kind, as its CustomResourceDefinition makes it, without KEDA.</summary>
    private static async Task AddKedaAsync(TestNamespace space)
    {
        await space.Admin.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
            {"metadata": {"name": "scaledobjects.keda.sh"},
             "spec": {"group": "keda.sh", "scope": "Namespaced", "names": {"kind": "ScaledObject", "plural": "scaledobjects"},
                      "versions": [{"name": "v1alpha1", "served": true, "storage": true,
                                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """, Cancellation);
        var list = string.Create(CultureInfo.InvariantCulture, $"/apis/keda.sh/v1alpha1/namespaces/{space.Name}/scaledobjects");
        while (!await space.Admin.AnswersAsync(list, Cancellation)) await Task.Delay(50, Cancellation);
    }
}
