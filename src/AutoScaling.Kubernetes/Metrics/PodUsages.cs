using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Reading;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>What pods use: an answer of metrics.k8s.io at one time.</summary>
internal sealed class PodUsages
{
    private readonly Dictionary<(string Namespace, string Name), PodUsage> _pods;

    public PodUsages(Listing<PodUsage> listing)
    {
        _pods = new(listing.Items.Count);
        foreach (var usage in listing.Items) _pods[(usage.Namespace, usage.Name)] = usage;
    }

    /// <summary>What a pod uses; <see langword="null"/> if it is not measured.</summary>
    public PodUsage? Find(string space, string pod) => _pods.GetValueOrDefault((space, pod));
}

/// <summary>What one pod uses.</summary>
internal sealed class PodUsage : IKept<PodMetricsItem, PodUsage>
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>The end of the time that was measured.</summary>
    public required DateTimeOffset At { get; init; }

    public required TimeSpan Window { get; init; }

    public required List<ContainerMetricsItem> Containers { get; init; }

    // A value without a time is left out, because nobody knows whether it is from now or from yesterday.
    public static PodUsage? Of(PodMetricsItem item) =>
        item is { Metadata: { Name: { } name, Namespace: { } space }, Timestamp: { } at }
            ? new() { Namespace = space, Name = name, At = at, Window = item.Window ?? TimeSpan.Zero, Containers = item.Containers ?? [] }
            : null;

    /// <summary>The whole pod's use in thousandths; <see langword="null"/> if a container's is not known.</summary>
    /// <remarks>Source: the resource metrics client of the Kubernetes HPA.</remarks>
    public long? Of(PodResource resource)
    {
        Int128 sum = 0;
        foreach (var container in Containers)
        {
            if (container.Usage?.Of(resource) is not { } milli) return null;
            sum += milli;
        }

        return Containers.Count == 0 ? null : (long)Int128.Min(sum, long.MaxValue);
    }

    /// <summary>One container of the pod; <see langword="null"/> if it is not measured.</summary>
    public ContainerMetricsItem? Find(string container) => Containers.Find(c => string.Equals(c.Name, container, StringComparison.Ordinal));
}
