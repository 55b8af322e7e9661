using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>What the pods of one namespace, or of all of them, use: the whole answer of metrics.k8s.io at one time.</summary>
internal sealed class PodUsages
{
    private readonly Dictionary<(string Namespace, string Name), PodMetricsItem> _pods;

    public PodUsages(Listing<PodMetricsItem> listing)
    {
        _pods = new(listing.Items.Count);
        foreach (var item in listing.Items)
        {
            // A value without a time is left out, because nobody knows whether it is from now or from yesterday.
            if (item is { Metadata: { Name: { } name, Namespace: { } space }, Timestamp: not null }) _pods[(space, name)] = item;
        }
    }

    /// <summary>What a pod uses; <see langword="null"/> if it is not measured.</summary>
    public PodUsage? Find(string space, string pod) => _pods.TryGetValue((space, pod), out var item) ? new(item) : null;
}

/// <summary>What one pod uses.</summary>
internal readonly struct PodUsage(PodMetricsItem item)
{
    public DateTimeOffset At => item.Timestamp!.Value;

    public TimeSpan Window => item.Window ?? TimeSpan.Zero;

    public List<ContainerMetricsItem> Containers => item.Containers ?? [];

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
