using System.Collections.Immutable;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>One ScalingPolicy at one moment, for its status.</summary>
internal sealed record ResourceView
{
    public required PolicyResource Item { get; init; }

    /// <summary>Its namespace and name.</summary>
    public required string Title { get; init; }

    /// <summary>What it says of its targets; <see langword="null"/> if that cannot be read.</summary>
    public TargetClause? Clause { get; init; }

    /// <summary>Why its targets are not known; <see langword="null"/> if they are.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether it was asked already what its targets are.</summary>
    public bool IsResolved { get; init; }

    /// <summary>The policies of its targets.</summary>
    public ImmutableArray<ScalingPolicy> Policies { get; init; } = [];

    /// <summary>The targets that an older ScalingPolicy has, each with a sentence.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Conflicts { get; init; } = [];

    /// <summary>What the host does not take.</summary>
    public ImmutableArray<RefusedPolicy> Refused { get; init; } = [];

    /// <summary>What is wrong with what it says now.</summary>
    public ImmutableArray<string> Errors { get; init; } = [];

    /// <summary>What cannot be read of its annotations; <see langword="null"/> if all can.</summary>
    public string? AnnotationTrouble { get; init; }

    public required StatusTimes Times { get; init; }
}

/// <summary>
/// When the status of a ScalingPolicy was written and is to be looked at, by the clock's timestamps. Written under the lock of all of them.
/// </summary>
internal sealed class StatusTimes
{
    /// <summary>When it was last written; <see langword="null"/> if this copy has not.</summary>
    public long? Written { get; set; }

    /// <summary>When it is to be looked at next.</summary>
    public long Look { get; set; } = long.MinValue;

    /// <summary>Whether it was changed by somebody since its targets were evaluated last.</summary>
    public bool IsChanged { get; set; }

    /// <summary>What was written last, or found there.</summary>
    public PolicyResourceStatus? Last { get; set; }
}
