using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Metrics;

namespace AutoScaling.Kubernetes.Tests.Agreement;

/// <summary>
/// The Kubernetes HPA and we look at the same deployments, pods and metrics of one control plane, and want the same replicas. The HPA is that of the binaries at hand (1.20); where its
/// rules are not those of today, which we follow, the situation says so, and then the answers must differ.
/// </summary>
public sealed class HpaAgreementTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decide_EverySituation_WantsWhatTheHpaWants()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        Assert.True(Situations.All.Length >= 40);
        using var plane = await ControlPlane.StartAsync(Cancellation);
        await using var adapter = await MetricsAdapter.StartAsync(plane);
        await adapter.RegisterAsync("metrics.k8s.io", "v1beta1", Cancellation);
        await adapter.RegisterAsync("custom.metrics.k8s.io", "v1beta1", Cancellation);
        await adapter.RegisterAsync("external.metrics.k8s.io", "v1beta1", Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "agreement", TestNamespace.ScalingRules + "," + MetricsSpace.MetricsRules);
        var version = await VersionAsync(plane);
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await Parallel.ForEachAsync(
            Situations.All, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (s, _) => await s.CreateAsync(space, adapter, now, version));

        // We first: the HPA writes what it wants, and then the situation is another one.
        var ours = await OursAsync(space);
        var theirs = await TheirsAsync(space, version);

        var lines = Situations.All.Select(s => (Situation: s, Ours: ours[s.Name], Theirs: theirs[s.Name]))
            .Where(a => Differs(a.Situation, version) ? a.Ours == a.Theirs : a.Ours != a.Theirs)
            .Select(a => $"{a.Situation.Name} ({a.Situation.Pods}, {a.Situation.Current} replicas): the HPA wants {Text(a.Theirs)}, we want {Text(a.Ours)}"
                + (a.Situation.Difference is null ? "" : $", though {a.Situation.Difference}")).ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }

    /// <summary>The API in which the HPA of this control plane says most.</summary>
    internal static async Task<string> VersionAsync(ControlPlane plane)
    {
        var group = await plane.Admin.GetAsync("/apis/autoscaling", Cancellation);
        return group["versions"]!.AsArray().Any(v => (string?)v!["version"] == "v2") ? "v2" : "v2beta2";
    }

    private static bool Differs(Situation situation, string version) =>
        situation.Difference is not null && !(situation.OfTheOldHpaOnly && version == "v2");

    private static string Text(int? replicas) => replicas is { } count ? $"{count}" : "nothing, for lack of metrics";

    /// <summary>What the engine wants on what the real scaler and the real providers see; <see langword="null"/> if it cannot say.</summary>
    private static async Task<Dictionary<string, int?>> OursAsync(TestNamespace space)
    {
        var options = space.Options();
        options.AllowForeignAutoscaler = true;
        using var cluster = new KubernetesCluster(options, TimeProvider.System);
        var scaler = new KubernetesScaler(cluster, null);
        var resources = new KubernetesMetricsProvider(cluster);
        var custom = new CustomMetricsProvider(
            cluster, [KubernetesMetric.Pods("rps"), KubernetesMetric.Object("hits", "services"), KubernetesMetric.External("queue") with { Selector = "queue={name}" }]);
        var wanted = new Dictionary<string, int?>();
        foreach (var situation in Situations.All)
        {
            var policy = situation.Policy();
            var request = new MetricsRequest(policy.Target, [.. policy.Rules.SelectMany(r => r.Metrics)]);
            var observation = new ScalingObservation
            {
                Replicas = await scaler.GetReplicasAsync(policy.Target, Cancellation),
                Metrics = new([.. await resources.GetMetricsAsync(request, Cancellation), .. await custom.GetMetricsAsync(request, Cancellation)]),
            };
            var decision = ScalingDecisionEngine.Decide(policy, ScalingState.New, observation, TimeProvider.System.GetUtcNow());
            wanted[situation.Name] = decision.Recommended is null && decision.From == decision.To ? null : decision.To;
        }

        return wanted;
    }

    /// <summary>What the HPA wants of each situation as it was made: the first thing that it says.</summary>
    private static async Task<Dictionary<string, int?>> TheirsAsync(TestNamespace space, string hpaVersion)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var path = $"/apis/autoscaling/{hpaVersion}/namespaces/{space.Name}/horizontalpodautoscalers";
        var version = (string?)(await space.Admin.GetAsync(path, Cancellation))["metadata"]!["resourceVersion"];
        space.Plane.StartControllers(["horizontalpodautoscaling"], ["--horizontal-pod-autoscaler-sync-period=1s"]);

        var current = Situations.All.ToDictionary(s => s.Name, s => s.Current);
        var wanted = new Dictionary<string, int?>();
        await foreach (var change in space.Admin.WatchAsync($"{path}?watch=1&resourceVersion={version}", patience.Token))
        {
            var name = (string)change["object"]!["metadata"]!["name"]!;
            if (wanted.ContainsKey(name) || HpaAnswer.Of(change["object"]!) is not { } answer || answer.Current != current[name]) continue;
            wanted[name] = answer.Wanted;
            if (wanted.Count == current.Count) return wanted;
        }

        throw new InvalidOperationException($"The HPA said nothing of {string.Join(", ", current.Keys.Except(wanted.Keys))}.");
    }
}
