using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>How the targets of a ScalingPolicy stand. What is not known is written as null, which removes it.</summary>
internal sealed class PolicyResourceStatus
{
    public long? ObservedGeneration { get; set; }

    /// <summary>What is scaled, short: <c>Deployment/web</c>, <c>3 Deployments</c>.</summary>
    public string? Target { get; set; }

    public int? Min { get; set; }

    public int? Max { get; set; }

    public int? Desired { get; set; }

    public int? Ready { get; set; }

    /// <summary>Each metric with its value and its target: <c>cpu 83/70</c>.</summary>
    public string? Readings { get; set; }

    /// <summary>The last decision in a few letters: <c>stay</c>, <c>up 4->6</c>.</summary>
    public string? Decision { get; set; }

    public string? Explanation { get; set; }

    public ResourceHeldBack? HeldBack { get; set; }

    public DateTime? LastScaleTime { get; set; }

    public string? Override { get; set; }

    public string? Warning { get; set; }

    /// <summary>Each target, where there are several.</summary>
    public List<ResourceTarget>? Targets { get; set; }

    public List<ResourceCondition>? Conditions { get; set; }
}

/// <summary>The guard that had the last word on the count.</summary>
internal sealed class ResourceHeldBack
{
    /// <summary>Its name: <c>cooldown</c>.</summary>
    public string? By { get; set; }

    /// <summary>The count that was asked for.</summary>
    public int? From { get; set; }

    /// <summary>The count that it lets through.</summary>
    public int? To { get; set; }

    public DateTime? Until { get; set; }
}

/// <summary>How one of several targets stands.</summary>
internal sealed class ResourceTarget
{
    public string? Name { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Desired { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Ready { get; set; }

    public string? Decision { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Explanation { get; set; }
}

/// <summary>One thing that is so or not, in the form that all objects of Kubernetes have it.</summary>
internal sealed class ResourceCondition
{
    public string? Type { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? Message { get; set; }

    public DateTime? LastTransitionTime { get; set; }

    public long? ObservedGeneration { get; set; }
}

/// <summary>What is sent to write a status: a merge patch.</summary>
internal sealed class StatusPatch
{
    public PolicyResourceStatus? Status { get; set; }
}
