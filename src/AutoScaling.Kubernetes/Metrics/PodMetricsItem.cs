using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>What a pod uses, as metrics.k8s.io lists it.</summary>
internal sealed class PodMetricsItem
{
    public ObjectMetadata? Metadata { get; set; }

    /// <summary>The end of the time that was measured.</summary>
    public DateTimeOffset? Timestamp { get; set; }

    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? Window { get; set; }

    public List<ContainerMetricsItem>? Containers { get; set; }
}

internal sealed class ContainerMetricsItem
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Name { get; set; }

    public ResourceAmounts? Usage { get; set; }
}
