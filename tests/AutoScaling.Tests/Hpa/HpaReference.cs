using System.Collections.Immutable;
using System.Text.Json;

namespace AutoScaling.Tests.Hpa;

/// <summary>Reads the answers of the Kubernetes HPA, from every file of the folder that has the asked-for part, and turns its words into ours.</summary>
internal static class HpaReference
{
    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The elements of the named list that have the named field, over all files.</summary>
    public static IReadOnlyList<JsonElement> Cases(string list, string field)
    {
        var cases = new List<JsonElement>();
        foreach (var file in Directory.EnumerateFiles(Oracle.Folder("hpa"), "*.json").Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (!document.RootElement.TryGetProperty(list, out var found)) continue;
            cases.AddRange(found.EnumerateArray().Where(c => c.TryGetProperty(field, out _)).Select(c => c.Clone()));
        }

        Assert.NotEmpty(cases);
        return cases;
    }

    public static int? Int(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    public static double? Thousandths(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt64() / 1000.0 : null;

    public static string? Text(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static bool Flag(this JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();

    public static DateTimeOffset? Ago(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Now.AddSeconds(-value.GetInt64()) : null;

    public static ImmutableArray<Replica> Replicas(this JsonElement @case) => [.. @case.GetProperty("pods").EnumerateArray().Select(pod => new Replica
    {
        Name = pod.Text("name")!,
        Phase = Enum.Parse<ReplicaPhase>(pod.Text("phase")!),
        IsTerminating = pod.Flag("deleted"),
        Readiness = pod.Text("ready") switch
        {
            null => ReplicaReadiness.NotReported,
            "True" => ReplicaReadiness.Ready,
            "False" => ReplicaReadiness.NotReady,
            _ => ReplicaReadiness.Unknown,
        },
        StartedAt = pod.Ago("startedSecondsAgo"),
        ReadinessChangedAt = pod.Ago("readyTransitionSecondsAgo"),
    })];

    /// <summary>The readings of the pods, in the field named <paramref name="value"/>. The source answers nothing at all when no pod has one.</summary>
    public static MetricReading Readings(this JsonElement @case, MetricRef metric, string value)
    {
        var readings = @case.GetProperty("pods").EnumerateArray()
            .Select(pod => new ReplicaReading(
                pod.Text("name")!,
                pod.Thousandths(value),
                pod.Thousandths("requestMilli"),
                pod.Ago("metricSecondsAgo") ?? default,
                TimeSpan.FromSeconds(pod.Int("metricWindowSeconds") ?? 0)))
            .ToList();
        if (@case.TryGetProperty("extraMetrics", out var extra))
            readings.AddRange(extra.EnumerateArray().Select(e => new ReplicaReading(e.Text("name")!, e.Thousandths("metricMilli"))));

        // A pod whose measured containers lack the named one: the source reports that as its own failure.
        if (@case.Text("container") is { } container && @case.GetProperty("pods").EnumerateArray().Any(pod => Lacks(pod, container)))
            return MetricReading.Failed(metric, $"container {container} not present in metrics");
        return readings.Exists(r => r.Value is not null)
            ? MetricReading.Available(metric, 0, Now, [.. readings])
            : MetricReading.Missing(metric, "the source returned no readings");
    }

    public static ScalingBehavior Behavior(this JsonElement @case, string up, string down) => new()
    {
        ScaleUp = Direction(@case.GetProperty(up)),
        ScaleDown = Direction(@case.GetProperty(down)),
        FlapGuard = false,
        SafetyGuards = false, // with which the vectors hold to the last case
    };

    private static DirectionBehavior Direction(JsonElement rules) => new()
    {
        StabilizationWindow = TimeSpan.FromSeconds(rules.Int("stabilizationWindowSeconds") ?? 0),
        Select = Enum.Parse<RateLimitSelect>(rules.Text("selectPolicy") ?? "Max"),
        RateLimits = rules.TryGetProperty("policies", out var policies) ? [.. policies.EnumerateArray().Select(Limit)] : [],
    };

    private static RateLimit Limit(JsonElement policy)
    {
        var period = TimeSpan.FromSeconds(policy.Int("periodSeconds")!.Value);
        var value = policy.Int("value")!.Value;
        return policy.Text("type") == "Pods" ? RateLimit.Replicas(value, period) : RateLimit.Percent(value, period);
    }

    private static bool Lacks(JsonElement pod, string container) => pod.TryGetProperty("containers", out var containers)
        && containers.EnumerateArray().Any(c => c.TryGetProperty("usageMilli", out _))
        && !containers.EnumerateArray().Any(c => c.Text("name") == container && c.TryGetProperty("usageMilli", out _));
}
