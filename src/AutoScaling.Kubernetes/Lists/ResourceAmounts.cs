using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>What pods use and request.</summary>
internal enum PodResource
{
    /// <summary>Cores.</summary>
    Cpu,

    /// <summary>Bytes.</summary>
    Memory,
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
