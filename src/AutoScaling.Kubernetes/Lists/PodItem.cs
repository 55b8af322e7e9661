using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>A pod in a list.</summary>
internal sealed class PodItem : IApiObject
{
    public PodMetadata? Metadata { get; set; }

    ObjectMetadata? IApiObject.About => Metadata;

    public PodSpec? Spec { get; set; }

    public PodStatus? Status { get; set; }
}

/// <summary>What a pod says of itself.</summary>
internal sealed class PodMetadata : ObjectMetadata
{
    public Dictionary<string, string>? Labels { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }

    public List<PodOwner>? OwnerReferences { get; set; }
}

/// <summary>What a pod belongs to.</summary>
internal sealed class PodOwner
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Kind { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Name { get; set; }

    /// <summary>Whether it made the pod, and replaces it. There is one such owner at most.</summary>
    public bool Controller { get; set; }
}

/// <summary>What a pod is made of.</summary>
internal sealed class PodSpec
{
    public List<PodContainer>? Containers { get; set; }

    public List<PodContainer>? InitContainers { get; set; }

    public PodResources? Resources { get; set; }
}

/// <summary>One container of a pod.</summary>
internal sealed class PodContainer
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Name { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? RestartPolicy { get; set; }

    public PodResources? Resources { get; set; }

    /// <summary>What it requested, in thousandths; <see langword="null"/> if nothing.</summary>
    public long? Request(PodResource resource) => Resources?.Requests?.Of(resource);
}

/// <summary>What a container, or a pod as a whole, may use.</summary>
internal sealed class PodResources
{
    public ResourceAmounts? Requests { get; set; }
}

/// <summary>How a pod is doing.</summary>
internal sealed class PodStatus
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Phase { get; set; }

    public DateTimeOffset? StartTime { get; set; }

    public List<PodCondition>? Conditions { get; set; }
}

/// <summary>One thing that is so or not so of a pod, such as that it is ready.</summary>
internal sealed class PodCondition
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Type { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Status { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }
}
