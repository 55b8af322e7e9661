namespace AutoScaling.Kubernetes;

/// <summary>A kind of thing that the API server keeps, by the names in its address.</summary>
internal sealed record ApiResource(string Group, string Version, string Plural)
{
    public static readonly ApiResource Deployments = new("apps", "v1", "deployments") { Kind = "Deployment", IsListed = true };
    public static readonly ApiResource StatefulSets = new("apps", "v1", "statefulsets") { Kind = "StatefulSet", IsListed = true };
    public static readonly ApiResource ReplicaSets = new("apps", "v1", "replicasets") { Kind = "ReplicaSet", IsListed = true };
    public static readonly ApiResource ReplicationControllers = new("", "v1", "replicationcontrollers") { Kind = "ReplicationController", IsListed = true };
    public static readonly ApiResource Pods = new("", "v1", "pods") { Kind = "Pod" };
    public static readonly ApiResource Events = new("", "v1", "events") { Kind = "Event" };
    public static readonly ApiResource HorizontalPodAutoscalers = new("autoscaling", "v1", "horizontalpodautoscalers") { Kind = "HorizontalPodAutoscaler" };

    /// <summary>The kind's name in objects; <see langword="null"/> if only the API server knows it.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether a list shows everything that is needed to scale: the wanted replicas and the selector in their usual places.</summary>
    public bool IsListed { get; init; }

    /// <summary>As objects write it: <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Where the API server keeps its group and version.</summary>
    public string Root => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>What one of them is called in a sentence.</summary>
    public string Noun => Kind?.ToLowerInvariant() ?? $"{Plural} object";

    /// <summary>A built-in kind that can be scaled, by its plural.</summary>
    public static ApiResource? BuiltIn(string plural) => plural switch
    {
        "deployments" => Deployments,
        "statefulsets" => StatefulSets,
        "replicasets" => ReplicaSets,
        "replicationcontrollers" => ReplicationControllers,
        _ => null,
    };

    public bool IsSameAs(ApiResource other) => (Group, Version, Plural) == (other.Group, other.Version, other.Plural);
}
