using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Scaling;

/// <summary>The scale subresource, which every kind that can be scaled has.</summary>
internal sealed class ScaleDocument
{
    public string? ApiVersion { get; set; } = "autoscaling/v1";

    public string? Kind { get; set; } = "Scale";

    public ObjectMetadata? Metadata { get; set; }

    public ScaleSpec? Spec { get; set; }

    public ScaleStatus? Status { get; set; }

    /// <summary>The target that this is the scale of.</summary>
    /// <exception cref="ApiException">A part is missing that every scale has.</exception>
    public Workload ToWorkload()
    {
        if (Metadata is not { Name: { } name, Namespace: { } space, Uid: { } uid, ResourceVersion: { } version } || Spec is null)
        {
            // If this is the answer to a write, the write was carried out all the same.
            throw new ApiException("the API server's scale has no name, version or specification", null) { IsDoubtful = true };
        }

        return new()
        {
            Namespace = space,
            Name = name,
            Uid = uid,
            ResourceVersion = version,
            Desired = Spec.Replicas,
            Existing = Status?.Replicas ?? 0,
            Selector = LabelSelector.Parse(Status?.Selector),
        };
    }

    /// <summary>
    /// A scale that changes only the replicas, and that the API server refuses if the target is not any longer as it was seen.
    /// </summary>
    public static ScaleDocument For(Workload seen, int replicas) => new()
    {
        Metadata = new() { Name = seen.Name, Namespace = seen.Namespace, Uid = seen.Uid, ResourceVersion = seen.ResourceVersion },
        Spec = new() { Replicas = replicas },
    };
}

/// <summary>How many replicas there should be.</summary>
internal sealed class ScaleSpec
{
    /// <summary>The API server leaves it out when it is 0.</summary>
    public int Replicas { get; set; }
}

/// <summary>How many replicas there are, and which pods they are.</summary>
internal sealed class ScaleStatus
{
    public int Replicas { get; set; }

    public string? Selector { get; set; }
}
