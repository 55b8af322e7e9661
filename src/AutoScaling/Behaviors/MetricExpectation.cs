using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// What a policy knows of one metric: which values are plausible, what it means that there is none, and whether it follows the load.
/// Immutable and thread-safe.
/// </summary>
public sealed record MetricExpectation
{
    /// <summary>Which metric.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>The least value that is plausible.</summary>
    /// <value><see langword="null"/> by default: 0, unless the metric may be <see cref="Negative"/>.</value>
    public double? AtLeast
    {
        get;
        init => field = Bounds.Finite.Check(value, nameof(AtLeast));
    }

    /// <summary>The largest value that is plausible.</summary>
    /// <value>
    /// <see langword="null"/> by default: any but those that stand for "no value", such as the largest whole number of 64 bits.
    /// </value>
    public double? AtMost
    {
        get;
        init => field = Bounds.Finite.Check(value, nameof(AtMost));
    }

    /// <summary>Whether negative values make sense, as of a balance or a temperature.</summary>
    /// <value><see langword="false"/> by default: a negative value is refused, unless a step of a rule has a negative edge.</value>
    public bool Negative { get; init; }

    /// <summary>What it means that the source answered, and had no value.</summary>
    /// <value>
    /// <see cref="MissingMeaning.Hold"/> by default. Nothing else speaks for a source that failed: one that is down must never look idle.
    /// </value>
    public MissingMeaning IfMissing { get; init; }

    /// <summary>
    /// How many replicas to have while the metric cannot be had: the source failed, or its value is too old or implausible.
    /// </summary>
    /// <value><see langword="null"/> by default: what there is. A number never takes a replica away. At least 0.</value>
    public int? IfFailedReplicas
    {
        get;
        init => field = Bounds.Count.Check(value, nameof(IfFailedReplicas));
    }

    /// <summary>
    /// How long after its last usable reading <see cref="IfMissing"/> and <see cref="IfFailedReplicas"/> begin to speak; until then
    /// replicas are held.
    /// </summary>
    /// <value>5 minutes by default; at least 0.</value>
    public TimeSpan After
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(After));
    }
    = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether the metric rises when fewer replicas carry the load. One that does not, such as a fixed cost of memory, is not projected by
    /// the flap guard. While it stays above its target, a rule that makes its count of the current one asks for one step because of it, and
    /// not for the maximum: for another step the metric must have been at or below its target, or have risen by more than the tolerance.
    /// </summary>
    /// <value><see langword="true"/> by default.</value>
    public bool FollowsLoad { get; init; } = true;

    /// <summary>Whether it must be known when there was last a usable reading.</summary>
    internal bool NeedsLastUsable => IfMissing != MissingMeaning.Hold || IfFailedReplicas is not null;
}
