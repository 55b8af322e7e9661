using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Targets;

/// <summary>The built-in kinds that can be scaled, all of which are listed.</summary>
internal static class ScalableKinds
{
    public static readonly ApiResource Deployments = new("apps", "v1", "deployments") { Kind = "Deployment", IsListed = true };
    public static readonly ApiResource StatefulSets = new("apps", "v1", "statefulsets") { Kind = "StatefulSet", IsListed = true };
    public static readonly ApiResource ReplicaSets = new("apps", "v1", "replicasets") { Kind = "ReplicaSet", IsListed = true };

    public static readonly ApiResource ReplicationControllers =
        new("", "v1", "replicationcontrollers") { Kind = "ReplicationController", IsListed = true };

    /// <summary>The built-in kind of a plural; <see langword="null"/> if there is none.</summary>
    public static ApiResource? Find(string plural) => plural switch
    {
        "deployments" => Deployments,
        "statefulsets" => StatefulSets,
        "replicasets" => ReplicaSets,
        "replicationcontrollers" => ReplicationControllers,
        _ => null,
    };
}
