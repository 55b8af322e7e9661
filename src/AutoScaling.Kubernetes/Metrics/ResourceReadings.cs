using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>Makes the readings of a target's CPU and memory, of whole pods and of single containers.</summary>
internal static class ResourceReadings
{
    private const double Milli = 1000;

    /// <summary>
    /// Whether there can be a reading of a metric: it is <c>cpu</c>, <c>memory</c>, or one of them with a container's name.
    /// </summary>
    public static bool Knows(MetricRef metric) => Parse(metric).Resource is not null;

    /// <summary>The readings that a request asks for.</summary>
    public static ServiceMetrics Of(
        MetricsRequest request, KubernetesTarget target, List<Pod> pods, PodUsages usages, DateTimeOffset now)
    {
        var measured = new Measured(target, pods, pods.ConvertAll(p => usages.Find(target.Namespace, p.Replica.Name)), now);
        var readings = ImmutableArray.CreateBuilder<MetricReading>(request.Metrics.Length);
        foreach (var metric in request.Metrics)
        {
            var (resource, container) = Parse(metric);
            if (resource is not { } known) continue;
            if (container is null) readings.Add(OfPods(measured, known));
            else if (pods.Exists(p => p.Requests.Find(container) is not null))
                readings.Add(OfContainer(measured, known, container, metric));
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

    private static MetricReading OfPods(Measured measured, PodResource resource)
    {
        string? missing = null;
        var replicas = Replicas(measured, usage => usage.Of(resource), pod =>
        {
            var request = pod.Requests.Of(resource, out var without);
            if (request is null) missing ??= NoRequest(resource, without, pod);
            return request;
        });
        return Reading(Name(resource), resource, measured, replicas, missing);
    }

    private static MetricReading OfContainer(Measured measured, PodResource resource, string container, MetricRef metric)
    {
        string? missing = null;
        for (var i = 0; i < measured.Pods.Count; i++)
        {
            // A pod that lacks the container is an error, as to the HPA, because nobody can tell whether it carries load.
            var (pod, used) = (measured.Pods[i], measured.Used[i]);
            if (pod.Requests.Find(container) is null)
                return MetricReading.Failed(metric, $"pod '{pod.Replica.Name}' has no container '{container}'");
            if (used is { } usage && usage.Find(container) is null)
                return MetricReading.Failed(metric, $"the metrics of pod '{pod.Replica.Name}' have no container '{container}'");
        }

        var replicas = Replicas(measured, usage => usage.Find(container)?.Usage?.Of(resource), pod =>
        {
            var request = pod.Requests.Find(container)?.Request(resource);
            if (request is null) missing ??= NoRequest(resource, container, pod);
            return request;
        });

        return Reading(metric, resource, measured, replicas, missing);
    }

    private static ImmutableArray<ReplicaReading> Replicas(Measured measured, Func<PodUsage, long?> valueOf, Func<Pod, long?> requestOf)
    {
        var replicas = ImmutableArray.CreateBuilder<ReplicaReading>(measured.Pods.Count);
        for (var i = 0; i < measured.Pods.Count; i++)
        {
            var (pod, used) = (measured.Pods[i], measured.Used[i]);
            var request = requestOf(pod) / Milli;
            replicas.Add(used is { } usage
                ? new(pod.Replica.Name, valueOf(usage) / Milli, request, usage.At, usage.Window)
                : new(pod.Replica.Name, null, request));
        }

        return replicas.MoveToImmutable();
    }

    private static MetricReading Reading(
        MetricRef metric, PodResource resource, Measured measured, ImmutableArray<ReplicaReading> replicas, string? withoutRequest)
    {
        var (target, word) = (measured.Target, Word(resource));
        if (measured.Pods.Count == 0) return MetricReading.Missing(metric, $"{target} has no pods");
        if (ReplicaTotal.Of(measured.Pods, replicas, measured.Now) is not { } total)
            return MetricReading.Missing(metric, $"metrics.k8s.io has no {word} of any running pod of {target} yet");
        if (withoutRequest is null && total.Request > 0) return MetricReading.Available(metric, total.Percent, total.At, replicas);
        var reason = withoutRequest ?? $"the pods of {target} request 0 {word}, so there is nothing to be a percentage of";
        return MetricReading.OfReplicasOnly(metric, reason, total.At, replicas);
    }

    private static string NoRequest(PodResource resource, string? container, Pod pod) =>
        $"container '{container}' of pod '{pod.Replica.Name}' requests no {Word(resource)}, so there is nothing to be a percentage of";

    private static MetricRef Name(PodResource resource) => resource == PodResource.Cpu ? MetricRef.Cpu : MetricRef.Memory;

    private static string Word(PodResource resource) => resource == PodResource.Cpu ? "CPU" : "memory";

    /// <summary>A target's pods, and what each of them uses; <see langword="null"/> for a pod that is not measured.</summary>
    private sealed record Measured(KubernetesTarget Target, List<Pod> Pods, List<PodUsage?> Used, DateTimeOffset Now);
}
