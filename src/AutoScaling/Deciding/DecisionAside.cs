using System.Collections.Immutable;

namespace AutoScaling.Deciding;

/// <summary>What few decisions hold, beside the decision itself, so that nearly all are small.</summary>
internal sealed record DecisionAside
{
    public RuleMemories? Memories { get; init; }

    public Headroom? Headroom { get; init; }

    /// <summary>What the flap guard projected.</summary>
    public Projection? Projection { get; init; }

    /// <summary>Whether this was the first recommendation after a gap, so that the current count counts as recommended, too.</summary>
    public bool IsFirstAfterGap { get; init; }

    /// <summary>The metrics that were usable, of those of which the policy must know it.</summary>
    public ImmutableArray<MetricRef> Usable { get; init; } = [];

    /// <summary>What there is; <see langword="null"/> if there is nothing.</summary>
    public static DecisionAside? Of(
        RuleMemories? memories, Headroom? headroom, Projection? projection, bool isFirstAfterGap = false, ImmutableArray<MetricRef> usable = default) =>
        memories is null && headroom is null && projection is null && !isFirstAfterGap && usable.IsDefaultOrEmpty
            ? null
            : new() { Memories = memories, Headroom = headroom, Projection = projection, IsFirstAfterGap = isFirstAfterGap, Usable = usable.IsDefault ? [] : usable };
}
