using System.Text.Json;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>A ScalingPolicy as the API server keeps it.</summary>
internal sealed class PolicyResource
{
    public static readonly ApiResource Resource = new("autoscaling.dotnet.io", "v1alpha1", "scalingpolicies") { Kind = "ScalingPolicy" };

    public PolicyResourceMetadata? Metadata { get; set; }

    /// <summary>What is scaled, and the settings of the policy.</summary>
    public JsonElement? Spec { get; set; }

    public PolicyResourceStatus? Status { get; set; }
}

/// <summary>What it says of itself.</summary>
internal sealed class PolicyResourceMetadata : ObjectMetadata
{
    /// <summary>Counts the changes of its spec.</summary>
    public long Generation { get; set; }

    public DateTimeOffset CreationTimestamp { get; set; }

    public Dictionary<string, string>? Annotations { get; set; }
}

/// <summary>Something that a selector finds, of which only the name is read.</summary>
internal sealed class NamedItem
{
    public ObjectMetadata? Metadata { get; set; }
}
