using System.Text.Json;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A deployment or the like in a list.</summary>
internal sealed class WorkloadItem
{
    public ObjectMetadata? Metadata { get; set; }

    public WorkloadSpec? Spec { get; set; }

    public WorkloadStatus? Status { get; set; }
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
