using System.Collections.Immutable;

namespace AutoScaling.Kubernetes;

/// <summary>Makes the readings of a target's CPU and memory, of whole pods and of single containers.</summary>
internal static class ResourceReadings
{
    private const double Milli = 1000;

    /// <summary>Whether there can be a reading of a metric: of <c>cpu</c>, <c>memory</c>, or one of them after whose name comes a container's.</summary>
    public static bool Knows(MetricRef metric) => Parse(metric).Resource is not null;

    /// <summary>The readings that a request asks for.</summary>
    public static ServiceMetrics Of(MetricsRequest request, KubernetesTarget target, List<Pod> pods, PodUsages usages)
    {
        var used = pods.ConvertAll(p => usages.Find(target.Namespace, p.Replica.Name));
        var readings = ImmutableArray.CreateBuilder<MetricReading>(request.Metrics.Length);
        foreach (var metric in request.Metrics)
        {
            var (resource, container) = Parse(metric);
            if (resource is not { } known) continue;
            if (container is null) readings.Add(OfPods(target, known, pods, used));
            else if (pods.Exists(p => p.Requests.Find(container) is not null)) readings.Add(OfContainer(metric, target, known, container, pods, used));
        }

        return new(readings.ToImmutable());
    }

    private static (PodResource? Resource, string? Container) Parse(MetricRef metric)
    {
        var slash = metric.Name.IndexOf('/');
        PodResource? resource = (slash < 0 ? metric.Name : metric.Name[..slash]) switch
        {
            "cpu" => PodResource.Cpu,
            "memory" => PodResource.Memory,
            _ => null,
        };
        return (resource, slash < 0 ? null : metric.Name[(slash + 1)..]);
    }

    private static MetricReading OfPods(KubernetesTarget target, PodResource resource, List<Pod> pods, List<PodUsage?> used)
    {
        var metric = Name(resource);
        string? missing = null;
        var replicas = Replicas(pods, used, usage => usage.Of(resource), pod =>
        {
            var request = pod.Requests.Of(resource, out var without);
            if (request is null) missing ??= NoRequest(resource, without, pod);
            return request;
        });
        return Reading(metric, resource, target, pods, replicas, missing);
    }

    private static MetricReading OfContainer(
        MetricRef metric, KubernetesTarget target, PodResource resource, string container, List<Pod> pods, List<PodUsage?> used)
    {
        string? missing = null;
        for (var i = 0; i < pods.Count; i++)
        {
            // As to the HPA, a pod that lacks the container is an error: whether it carries load cannot be told.
            if (pods[i].Requests.Find(container) is null) return MetricReading.Failed(metric, $"pod '{pods[i].Replica.Name}' has no container '{container}'");
            if (used[i] is { } usage && usage.Find(container) is null) return MetricReading.Failed(metric, $"the metrics of pod '{pods[i].Replica.Name}' have no container '{container}'");
        }

        var replicas = Replicas(pods, used, usage => usage.Find(container)?.Usage?.Of(resource), pod =>
        {
            var request = pod.Requests.Find(container)?.Request(resource);
            if (request is null) missing ??= NoRequest(resource, container, pod);
            return request;
        });

        return Reading(metric, resource, target, pods, replicas, missing);
    }

    private static ImmutableArray<ReplicaReading> Replicas(List<Pod> pods, List<PodUsage?> used, Func<PodUsage, long?> valueOf, Func<Pod, long?> requestOf)
    {
        var replicas = ImmutableArray.CreateBuilder<ReplicaReading>(pods.Count);
        for (var i = 0; i < pods.Count; i++)
        {
            var request = requestOf(pods[i]) / Milli;
            replicas.Add(used[i] is { } usage
                ? new(pods[i].Replica.Name, valueOf(usage) / Milli, request, usage.At, usage.Window)
                : new(pods[i].Replica.Name, null, request));
        }

        return replicas.MoveToImmutable();
    }

    private static MetricReading Reading(
        MetricRef metric, PodResource resource, KubernetesTarget target, List<Pod> pods, ImmutableArray<ReplicaReading> replicas, string? withoutRequest)
    {
        if (pods.Count == 0) return MetricReading.Missing(metric, $"{target} has no pods");
        if (ReplicaTotal.Of(pods, replicas) is not { } total) return MetricReading.Missing(metric, $"metrics.k8s.io has no {Word(resource)} of any running pod of {target} yet");
        if (withoutRequest is not null) return MetricReading.OfReplicasOnly(metric, withoutRequest, total.At, replicas);
        return total.Request > 0
            ? MetricReading.Available(metric, total.Percent, total.At, replicas)
            : MetricReading.OfReplicasOnly(metric, $"the pods of {target} request 0 {Word(resource)}, so there is nothing to be a percentage of", total.At, replicas);
    }

    private static string NoRequest(PodResource resource, string? container, Pod pod) =>
        $"container '{container}' of pod '{pod.Replica.Name}' requests no {Word(resource)}, so there is nothing to be a percentage of";

    private static MetricRef Name(PodResource resource) => resource == PodResource.Cpu ? MetricRef.Cpu : MetricRef.Memory;

    private static string Word(PodResource resource) => resource == PodResource.Cpu ? "CPU" : "memory";
}
