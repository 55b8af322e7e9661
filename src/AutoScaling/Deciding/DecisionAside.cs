using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>What few decisions hold, beside the decision itself, so that nearly all are small.</summary>
internal sealed record DecisionAside
{
    private static readonly DecisionAside None = new();
    private readonly ValueList<KeyValuePair<MetricRef, long>> _lastUsable;

    public RuleMemories? Memories { get; init; }

    /// <summary>What a person says about the target, if anything.</summary>
    public ScalingOverride? Override { get; init; }

    /// <summary>When the evaluation was due, if it scales, and was due before.</summary>
    public DateTimeOffset? Due { get; init; }

    public Headroom? Headroom { get; init; }

    /// <summary>What the flap guard projected.</summary>
    public Projection? Projection { get; init; }

    /// <summary>What schedules have put on top; <see langword="null"/>, nearly always, if nothing is.</summary>
    public OnTop? OnTop { get; init; }

    /// <summary>Whether this was the first recommendation after a gap, so that the current count counts as recommended, too.</summary>
    public bool IsFirstAfterGap { get; init; }

    /// <summary>Since when somebody else has set the count back many times, if this decision tells it.</summary>
    public long? SetBackSince { get; init; }

    /// <summary>When the metrics of which the policy must know it were last usable.</summary>
    public ImmutableArray<KeyValuePair<MetricRef, long>> LastUsable
    {
        get => _lastUsable;
        init => _lastUsable = value;
    }

    /// <summary>This; <see langword="null"/> if there is nothing in it.</summary>
    public DecisionAside? Kept() => Equals(None) ? null : this;
}
