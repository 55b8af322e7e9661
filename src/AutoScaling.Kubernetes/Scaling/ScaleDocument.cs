namespace AutoScaling.Kubernetes;

/// <summary>The scale subresource, which every kind that can be scaled has.</summary>
internal sealed class ScaleDocument
{
    public string? ApiVersion { get; set; } = "autoscaling/v1";

    public string? Kind { get; set; } = "Scale";

    public ObjectMetadata? Metadata { get; set; }

    public ScaleSpec? Spec { get; set; }

    public ScaleStatus? Status { get; set; }

    /// <summary>A scale that changes nothing but the replicas, and only of what was seen.</summary>
    public static ScaleDocument For(Workload seen, int replicas) => new()
    {
        Metadata = new() { Name = seen.Name, Namespace = seen.Namespace, Uid = seen.Uid, ResourceVersion = seen.ResourceVersion },
        Spec = new() { Replicas = replicas },
    };
}

internal sealed class ScaleSpec
{
    /// <summary>The API server leaves it out when it is 0.</summary>
    public int Replicas { get; set; }
}

internal sealed class ScaleStatus
{
    public int Replicas { get; set; }

    public string? Selector { get; set; }
}
