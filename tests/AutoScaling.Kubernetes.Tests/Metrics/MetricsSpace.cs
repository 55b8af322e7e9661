using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Metrics;

/// <summary>A namespace with an adapter of metrics beside it, and a user who may read them.</summary>
internal sealed class MetricsSpace(TestNamespace space, MetricsAdapter adapter)
{
    /// <summary>The rules that reading metrics needs beside those of scaling.</summary>
    public const string MetricsRules = """
        {"apiGroups": ["metrics.k8s.io"], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": ["custom.metrics.k8s.io"], "resources": ["*"], "verbs": ["get"]},
        {"apiGroups": ["external.metrics.k8s.io"], "resources": ["*"], "verbs": ["list"]}
        """;

    /// <summary>A whole second, as the API server keeps times.</summary>
    public DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    public TestNamespace Space => space;

    public string Name => space.Name;

    public MetricsAdapter Adapter => adapter;

    public KubernetesOptions Options => space.Options();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<MetricsSpace> CreateAsync(ControlPlane plane, MetricsFixture metrics, string name, string? rules = TestNamespace.ScalingRules + "," + MetricsRules) =>
        new(await TestNamespace.CreateAsync(plane, name, rules), await metrics.AdapterAsync(plane));

    /// <summary>Makes a pod that uses nothing that is known.</summary>
    public Task AddAsync(TestPod pod) => pod.CreateAsync(space, Now);

    /// <summary>Makes a pod whose containers use this.</summary>
    public async Task AddAsync(TestPod pod, params (string Container, string? Cpu, string? Memory)[] uses)
    {
        await pod.CreateAsync(space, Now);
        Use(pod, uses);
    }

    /// <summary>Says what a pod's containers use.</summary>
    public void Use(TestPod pod, params (string Container, string? Cpu, string? Memory)[] uses) => Use(pod, Now.AddSeconds(-20), uses);

    /// <summary>Says what a pod's containers used, averaged over 30 s up to a time.</summary>
    public void Use(TestPod pod, DateTimeOffset at, params (string Container, string? Cpu, string? Memory)[] uses) => adapter.SetPod(Name, pod.Name, pod.App, at, "30s", uses);

    /// <summary>The readings as the autoscaler gets them; of no metrics in particular, CPU and memory.</summary>
    public async Task<ServiceMetrics> ReadAsync(string target, params MetricRef[] metrics)
    {
        using var provider = new KubernetesMetricsProvider(Options, TimeProvider.System);
        return await provider.GetMetricsAsync(new(target, metrics.Length > 0 ? [.. metrics] : [MetricRef.Cpu, MetricRef.Memory]), Cancellation);
    }

    /// <summary>What a policy of one rule decides on what the real scaler and the real provider see.</summary>
    public async Task<ScalingDecision> DecideAsync(string target, ScalingRule rule, ScalingBehavior? behavior = null)
    {
        using var scaler = new KubernetesScaler(Options, TimeProvider.System);
        var observation = new ScalingObservation { Replicas = await scaler.GetReplicasAsync(target, Cancellation), Metrics = await ReadAsync(target, [.. rule.Metrics]) };
        var policy = new ScalingPolicy { Target = target, Range = new(1, 100), Rules = [rule], Behavior = behavior ?? ScalingBehavior.Immediate };
        return ScalingDecisionEngine.Decide(policy, ScalingState.New, observation, TimeProvider.System.GetUtcNow());
    }
}
