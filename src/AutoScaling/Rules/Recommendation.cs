using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace AutoScaling;

/// <summary>What one rule says to one observation, with the figures that it was said for.</summary>
public readonly record struct Recommendation
{
    private readonly double _value;
    private readonly double _target;
    private readonly double _scaleUpAbove;
    private readonly double _scaleDownBelow;
    private readonly long _until;

    // Every decision holds some, so they are packed.
    private readonly byte _kind;
    private readonly byte _reason;

    // The detail, or an object with the detail and what few answers have beside it; so nearly all answers stay small.
    private readonly object? _more;

    /// <summary>Creates a recommendation without figures; set what is known. Most rules use one of the static methods.</summary>
    public Recommendation() => _value = _target = _scaleUpAbove = _scaleDownBelow = double.NaN;

    [SetsRequiredMembers]
    internal Recommendation(
        RecommendationKind kind,
        RecommendationReason reason = RecommendationReason.Custom,
        int replicas = 0,
        MetricRef? metric = null,
        double? value = null)
    {
        Kind = kind;
        Reason = reason;
        Replicas = replicas;
        Metric = metric;
        _value = Finite(value);
        _target = _scaleUpAbove = _scaleDownBelow = double.NaN;
    }

    /// <summary>The name of the rule.</summary>
    public string? Rule { get; init; }

    /// <summary>What the rule says.</summary>
    public required RecommendationKind Kind
    {
        get => (RecommendationKind)_kind;
        init => _kind = (byte)value;
    }

    /// <summary>Why.</summary>
    public RecommendationReason Reason
    {
        get => (RecommendationReason)_reason;
        init => _reason = (byte)value;
    }

    /// <summary>The count, if the kind has one; otherwise 0.</summary>
    public int Replicas { get; init; }

    /// <summary>The metric that decided, if one did.</summary>
    public MetricRef? Metric { get; init; }

    /// <summary>The metric's value.</summary>
    public double? Value
    {
        get => double.IsNaN(_value) ? null : _value;
        init => _value = Finite(value);
    }

    /// <summary>The value that the rule keeps the metric at.</summary>
    public double? Target
    {
        get => double.IsNaN(_target) ? null : _target;
        init => _target = Finite(value);
    }

    /// <summary>The value above which the rule asks for more.</summary>
    public double? ScaleUpAbove
    {
        get => double.IsNaN(_scaleUpAbove) ? null : _scaleUpAbove;
        init => _scaleUpAbove = Finite(value);
    }

    /// <summary>The value below which the rule asks for fewer.</summary>
    public double? ScaleDownBelow
    {
        get => double.IsNaN(_scaleDownBelow) ? null : _scaleDownBelow;
        init => _scaleDownBelow = Finite(value);
    }

    /// <summary>When the answer changes by the clock alone.</summary>
    public DateTimeOffset? Until
    {
        get => _until == 0 ? null : new DateTimeOffset(_until, TimeSpan.Zero);
        init => _until = value?.UtcTicks ?? 0;
    }

    /// <summary>More, as the end of a sentence.</summary>
    public string? Detail
    {
        get => Said?.ToString();
        init => Said = value;
    }

    /// <summary>The detail, or what makes it of its figures once somebody reads it: nearly nobody does.</summary>
    internal object? Said
    {
        get => _more is More more ? more.Detail : _more;
        init => _more = More.Of(value, Memory, Total);
    }

    /// <summary>The total of which <see cref="Value"/> is each replica's part.</summary>
    /// <value><see langword="null"/> by default: the value is not shared out.</value>
    public double? Total
    {
        get => (_more as More)?.Total;
        init => _more = More.Of(Said, Memory, value is { } total && double.IsFinite(total) ? total : null);
    }

    /// <summary>What the rule remembers from now on. It goes into the state, and not into the decision's JSON.</summary>
    /// <value><see langword="null"/> by default: what it remembered before. <see cref="RuleMemory.Empty"/>: nothing.</value>
    /// <remarks>Only the memory of a rule that says so (<see cref="ScalingRule.Remembers"/>) is kept.</remarks>
    [JsonIgnore]
    public RuleMemory? Memory
    {
        get => (_more as More)?.Memory;
        init => _more = More.Of(Said, value, Total);
    }

    /// <summary>The rule asks for a count.</summary>
    /// <param name="replicas">The count; the engine brings it into the range.</param>
    /// <param name="because">Why, as the end of a sentence.</param>
    public static Recommendation For(int replicas, string because) =>
        new(RecommendationKind.Replicas, RecommendationReason.Custom, replicas) { Detail = because };

    /// <summary>The rule has no opinion now.</summary>
    /// <param name="because">Why, as the end of a sentence.</param>
    public static Recommendation None(string because) => new(RecommendationKind.None) { Detail = because };

    /// <summary>The rule cannot say, so nothing is scaled down on this evaluation.</summary>
    /// <param name="because">Why, as the end of a sentence.</param>
    public static Recommendation Unavailable(string because) => new(RecommendationKind.Unavailable) { Detail = because };

    /// <summary>Whether the other says the same, with the same figures and the same words.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(Recommendation other) =>
        (Kind, Reason, Replicas, _until) == (other.Kind, other.Reason, other.Replicas, other._until)
        && (Rule, Metric, Total, Memory) == (other.Rule, other.Metric, other.Total, other.Memory)
        && (_value, _target).Equals((other._value, other._target))
        && (_scaleUpAbove, _scaleDownBelow).Equals((other._scaleUpAbove, other._scaleDownBelow))
        && string.Equals(Detail, other.Detail, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rule, Kind, Reason, Replicas, Metric, _value, _target, _until);

    // An infinite edge is no edge, and JSON cannot write it.
    private static double Finite(double? value) => value is { } v && double.IsFinite(v) ? v : double.NaN;

    private sealed record More(object? Detail, RuleMemory? Memory, double? Total)
    {
        public static object? Of(object? detail, RuleMemory? memory, double? total) =>
            memory is null && total is null ? detail : new More(detail, memory, total);
    }
}
