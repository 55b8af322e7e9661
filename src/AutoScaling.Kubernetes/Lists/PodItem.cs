using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes;

/// <summary>A pod in a list.</summary>
internal sealed class PodItem
{
    public PodMetadata? Metadata { get; set; }

    public PodSpec? Spec { get; set; }

    public PodStatus? Status { get; set; }
}

internal sealed class PodMetadata : ObjectMetadata
{
    public Dictionary<string, string>? Labels { get; set; }

    public DateTimeOffset? DeletionTimestamp { get; set; }
}

internal sealed class PodSpec
{
    public List<PodContainer>? Containers { get; set; }

    public List<PodContainer>? InitContainers { get; set; }

    public PodResources? Resources { get; set; }
}

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

internal sealed class PodResources
{
    public ResourceAmounts? Requests { get; set; }
}

internal sealed class PodStatus
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Phase { get; set; }

    public DateTimeOffset? StartTime { get; set; }

    public List<PodCondition>? Conditions { get; set; }
}

internal sealed class PodCondition
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Type { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Status { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }
}
