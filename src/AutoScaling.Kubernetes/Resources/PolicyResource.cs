using System.Text.Json;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Reading;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>A ScalingPolicy as the API server keeps it.</summary>
internal sealed class PolicyResource : IApiObject, INamed, IKept<PolicyResource, PolicyResource>
{
    public static readonly ApiResource Resource = new("autoscaling.dotnet.io", "v1alpha1", "scalingpolicies") { Kind = "ScalingPolicy" };

    public PolicyResourceMetadata? Metadata { get; set; }

    /// <summary>What is scaled, and the settings of the policy.</summary>
    public JsonElement? Spec { get; set; }

    public PolicyResourceStatus? Status { get; set; }

    ObjectMetadata? IApiObject.About => Metadata;

    string INamed.Namespace => Metadata!.Namespace!;

    string INamed.Name => Metadata!.Name!;

    string? INamed.ResourceVersion => Metadata!.ResourceVersion;

    public static PolicyResource? Of(PolicyResource item) => item.Metadata is { Name: not null, Namespace: not null } ? item : null;
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
internal sealed class NamedItem : IKept<NamedItem, NamedItem>
{
    public ObjectMetadata? Metadata { get; set; }

    public static NamedItem? Of(NamedItem item) => item.Metadata?.Name is null ? null : item;
}
