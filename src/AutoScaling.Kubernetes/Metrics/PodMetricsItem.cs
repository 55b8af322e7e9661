using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes;

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

/// <summary>Amounts of CPU and memory in thousandths: of cores, and of bytes.</summary>
internal sealed class ResourceAmounts
{
    [JsonConverter(typeof(MilliConverter))]
    public long? Cpu { get; set; }

    [JsonConverter(typeof(MilliConverter))]
    public long? Memory { get; set; }

    public long? Of(PodResource resource) => resource == PodResource.Cpu ? Cpu : Memory;
}

/// <summary>What pods use and request.</summary>
internal enum PodResource
{
    /// <summary>Cores.</summary>
    Cpu,

    /// <summary>Bytes.</summary>
    Memory,
}
