using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>Tells whose pods are whose, where labels alone do not: a job may run pods with the labels of a deployment.</summary>
/// <remarks>
/// The HPA counts every pod that the selector matches. A job's idle pods then halve the average, and a target that needs more replicas is
/// scaled down.
/// </remarks>
internal static class PodControllers
{
    // By the deployment controller, on every replica set that it makes and on that one's pods.
    private const string TemplateHash = "pod-template-hash";

    // Of the kinds that make pods and are not scaled by a count of replicas.
    private static readonly string[] NeverScaled = ["Job", "DaemonSet", "Node"];

    /// <summary>Whether a pod whose labels are those of a target was made for something else.</summary>
    /// <remarks>A pod that names no controller counts: it may be adopted at any moment.</remarks>
    public static bool IsOfAnother(KubernetesTarget target, Pod pod)
    {
        if (pod.Controller is not { Kind: { } kind, Name: { } name }) return false;
        if (target.Resource == ScalableKinds.Deployments) return !Is(kind, "ReplicaSet") || IsOfAnotherDeployment(target, pod, name);

        // Kinds that are not known here may make pods by whatever they like.
        return target.Resource.IsListed
            ? !Is(kind, target.Resource.Kind!) || !Is(name, target.Name)
            : Array.Exists(NeverScaled, known => Is(kind, known));
    }

    // A replica set is named after its deployment and the hash, unless it was there first and was adopted.
    private static bool IsOfAnotherDeployment(KubernetesTarget target, Pod pod, string replicaSet)
    {
        var hash = pod.Labels?.GetValueOrDefault(TemplateHash);
        return hash is not null
            && replicaSet.EndsWith($"-{hash}", StringComparison.Ordinal)
            && !Is(replicaSet[..^(hash.Length + 1)], target.Name);
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
