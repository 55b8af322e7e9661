using System.Text.Json;
using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A deployment or the like in a list.</summary>
internal sealed class WorkloadItem : IApiObject
{
    public WorkloadMetadata? Metadata { get; set; }

    ObjectMetadata? IApiObject.About => Metadata;

    public WorkloadSpec? Spec { get; set; }

    public WorkloadStatus? Status { get; set; }
}

/// <summary>What it says of itself.</summary>
internal sealed class WorkloadMetadata : ObjectMetadata
{
    /// <summary>Which program wrote its count last; <see langword="null"/> if that is not known.</summary>
    [JsonPropertyName("managedFields")]
    [JsonConverter(typeof(ReplicasWriterConverter))]
    public string? ReplicasWriter { get; set; }
}

/// <summary>How it should be.</summary>
internal sealed class WorkloadSpec
{
    public int? Replicas { get; set; }

    /// <summary>Labels and conditions; of a replication controller only labels, and without a name around them.</summary>
    public JsonElement? Selector { get; set; }
}

/// <summary>How it is.</summary>
internal sealed class WorkloadStatus
{
    public int Replicas { get; set; }
}
