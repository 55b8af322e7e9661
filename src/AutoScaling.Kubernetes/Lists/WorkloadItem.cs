using System.Text.Json;

namespace AutoScaling.Kubernetes;

/// <summary>A deployment or the like in a list.</summary>
internal sealed class WorkloadItem
{
    public ObjectMetadata? Metadata { get; set; }

    public WorkloadSpec? Spec { get; set; }

    public WorkloadStatus? Status { get; set; }
}

internal sealed class WorkloadSpec
{
    public int? Replicas { get; set; }

    /// <summary>Labels and conditions; of a replication controller, just labels.</summary>
    public JsonElement? Selector { get; set; }
}

internal sealed class WorkloadStatus
{
    public int Replicas { get; set; }
}
