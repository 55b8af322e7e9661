using System.Diagnostics;
using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Resources;
using AutoScaling.Kubernetes.Tests.Cluster;
using k8s;

namespace AutoScaling.Kubernetes.Tests.Resources;

/// <summary>A namespace of a test on the real API server, with ScalingPolicies in it, and a host that has rights nowhere else.</summary>
internal sealed class PolicySpace : IAsyncDisposable
{
    /// <summary>Wants a replica for each 10 of the total; whoever is ready.</summary>
    public const string ByTotal = """
        "rules": [{"type": "targetTracking", "kind": "totalPerReplica", "metric": "cpu", "target": 10}], "behavior": {"preset": "immediate"}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly Lock Gate = new();
    private static Task? _defined;

    /// <summary>What ScalingPolicies need beside scaling, by the file that users apply.</summary>
    public static string Rules { get; } = string.Join(',', Deployment.Manifests.PolicyRole.Rules.Select(r => KubernetesJson.Serialize(r)));

    private PolicySpace(TestNamespace space, ScalingHost host, ShiftedTime time) => (Space, Host, Time) = (space, host, time);

    public TestNamespace Space { get; }

    public ScalingHost Host { get; }

    public ShiftedTime Time { get; }

    public StatusWriter Writer => Host.Services.GetRequiredService<StatusWriter>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PolicySpace> CreateAsync(
        ClusterFixture cluster, Action<AutoScalingBuilder>? build = null, Action<KubernetesOptions>? configure = null, IEnumerable<ScalingPolicy>? policies = null)
    {
        var plane = await cluster.PlaneAsync();
        await DefineAsync(plane);
        var space = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("policies"), TestNamespace.ScalingRules + "," + Rules);
        var time = new ShiftedTime();
        var host = new ScalingHost(
            o =>
            {
                o.KubeConfig = plane.KubeConfigFor(space.User, space.Name);
                configure?.Invoke(o);
            },
            policies ?? [],
            time,
            build: b =>
            {
                b.AddKubernetesPolicies();
                build?.Invoke(b);
            });
        return new(space, host, time);
    }

    /// <summary>The file that users apply, applied with kubectl.</summary>
    public static Task DefineAsync(ControlPlane plane)
    {
        lock (Gate) return _defined ??= ApplyAsync();

        async Task ApplyAsync()
        {
            var (exitCode, output) = await KubectlAsync(plane, null, "apply", "-f", Deployment.Manifests.PathOf("crd.yaml"));
            Assert.True(exitCode == 0, output);
            await UntilAsync(() => plane.Admin.AnswersAsync("/apis/autoscaling.dotnet.io/v1alpha1/scalingpolicies", Stop));

            // By this kubectl refuses what is none; until it is there, the API server does, in other words.
            await UntilAsync(async () => (await plane.Admin.GetAsync("/openapi/v2", Stop))["definitions"]!.AsObject().Any(d => d.Key.EndsWith(".ScalingPolicy", StringComparison.Ordinal)));
        }
    }

    public Task<(int ExitCode, string Output)> ApplyAsync(string name, string spec) =>
        KubectlAsync(Space.Plane, Resource(name, spec), "apply", "-f", "-");

    public async Task CreateAsync(string name, string spec)
    {
        var (exitCode, output) = await ApplyAsync(name, spec);
        Assert.True(exitCode == 0, output);
    }

    public Task<(int ExitCode, string Output)> KubectlAsync(params string[] arguments) => KubectlAsync(Space.Plane, null, [.. arguments, "-n", Space.Name]);

    /// <summary>Evaluates, as the loop would half a minute later, until something is so.</summary>
    public Task TickUntilAsync(Func<Task<bool>> isSo) => UntilAsync(async () =>
    {
        Time.Advance(TimeSpan.FromSeconds(31));
        await Host.AutoScaler.TickAsync(Stop);
        await Writer.WriteDueAsync(Stop);
        return await isSo();
    });

    public Task TickUntilAsync(Func<bool> isSo) => TickUntilAsync(() => Task.FromResult(isSo()));

    public async Task<JsonNode?> StatusAsync(string name) => (await Space.Admin.GetAsync(PathOf(name), Stop))["status"];

    /// <summary>A condition: status, reason, message.</summary>
    public async Task<(string Status, string Reason, string Message)?> ConditionAsync(string name, string type)
    {
        var condition = (await StatusAsync(name))?["conditions"]?.AsArray().SingleOrDefault(c => (string)c!["type"]! == type);
        return condition is null ? null : ((string)condition["status"]!, (string)condition["reason"]!, (string)condition["message"]!);
    }

    public string PathOf(string name) => $"/apis/autoscaling.dotnet.io/v1alpha1/namespaces/{Space.Name}/scalingpolicies/{name}";

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "It does not become so.");
            await Task.Delay(50, Stop);
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private string Resource(string name, string spec) => $$"""
        {"apiVersion": "autoscaling.dotnet.io/v1alpha1", "kind": "ScalingPolicy", "metadata": {"name": "{{name}}", "namespace": "{{Space.Name}}"}, "spec": {{spec}}}
        """;

    private static async Task<(int ExitCode, string Output)> KubectlAsync(ControlPlane plane, string? input, params string[] arguments)
    {
        var kubectl = Path.Combine(Environment.GetEnvironmentVariable(ControlPlane.AssetsVariable)!, "kubectl");
        Assert.SkipUnless(File.Exists(kubectl), $"There is no {kubectl}.");
        var start = new ProcessStartInfo(kubectl, ["--kubeconfig", plane.KubeConfigFor("kubectl", null, "system:masters"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, await output + await errors);
    }
}
