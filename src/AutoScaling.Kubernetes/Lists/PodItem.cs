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
    public string? Name { get; set; }

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
    public string? Phase { get; set; }

    public DateTimeOffset? StartTime { get; set; }

    public List<PodCondition>? Conditions { get; set; }
}

internal sealed class PodCondition
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public DateTimeOffset? LastTransitionTime { get; set; }
}
