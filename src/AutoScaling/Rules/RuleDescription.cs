using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What a rule tells of itself without being run: what it compares, and what it asks for whatever the load is.</summary>
public sealed record RuleDescription
{
    /// <summary>The metrics that the rule compares with values; empty if it reads none.</summary>
    public ImmutableArray<MetricComparison> Comparisons { get; init; } = [];

    /// <summary>
    /// The count that the rule asks for, or the bound that it sets, whatever the load is; <see langword="null"/> if the load decides.
    /// </summary>
    public DescribedCount? Count { get; init; }

    /// <summary>The times between which the rule says anything; <see langword="null"/> if it always does.</summary>
    public DescribedTimes? Times { get; init; }

    /// <summary>
    /// From which value of its metric on the rule wants any replicas at all; <see langword="null"/> if it has no such value.
    /// </summary>
    public Activation? Activation { get; init; }

    /// <summary>
    /// Whether the rule sees no load while there are no replicas, so that it never leads back from 0: an average over replicas does not
    /// exist then.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool NeedsReplicas { get; init; }

    /// <summary>
    /// A factor whose product is rounded up, so that a few replicas never become fewer; <see langword="null"/> if there is none.
    /// </summary>
    public RoundedFactor? RoundsUp { get; init; }
}

/// <summary>How a metric is compared, and whether it falls as replicas are added.</summary>
[JsonConverter(typeof(WordConverter<MetricNature>))]
public enum MetricNature
{
    /// <summary>An average over the replicas, such as CPU use: it falls as they are added.</summary>
    Average,

    /// <summary>A total that replicas do not lower, compared with what so many replicas can do.</summary>
    TotalPerReplica,

    /// <summary>A total that replicas do not lower, compared as it is.</summary>
    Total,
}

/// <summary>A metric that a rule compares with values.</summary>
public sealed record MetricComparison
{
    /// <summary>The metric.</summary>
    public required MetricRef Metric { get; init; }

    /// <summary>The setting that holds what it is compared with, as documents call it: <c>cpuTarget</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>How it is compared.</summary>
    public MetricNature Nature { get; init; }

    /// <summary>The setting that says how it is compared; <see langword="null"/> if it cannot be chosen.</summary>
    public string? NatureSetting { get; init; }

    /// <summary>Whether the metric is percent of what replicas requested, of which they can hardly use more than 100.</summary>
    public bool IsPercent { get; init; }

    /// <summary>The value above which the rule asks for more; <see langword="null"/> if it has no single one.</summary>
    public double? Target { get; init; }

    /// <summary>Whether the policy's tolerances widen the values into bands in which nothing changes.</summary>
    public bool HasTolerance { get; init; }

    /// <summary>The values at which the rule changes its mind, without tolerances; of a total per replica, for one replica.</summary>
    public ImmutableArray<double> Edges { get; init; } = [];

    /// <summary>The steps of a rule that answers by them; otherwise empty.</summary>
    public ImmutableArray<DescribedStep> Steps { get; init; } = [];
}

/// <summary>What a rule asks for while its metric lies between two values.</summary>
public sealed record DescribedStep
{
    /// <summary>The value from which the step holds; <see langword="null"/>: no lower edge.</summary>
    public double? From { get; init; }

    /// <summary>More than 0 if it adds replicas, less if it removes some; 0 if it sets a count.</summary>
    public int Change { get; init; }

    /// <summary>The count that it sets; <see langword="null"/> if it adds or removes.</summary>
    public int? To { get; init; }
}

/// <summary>A count that a rule holds as a setting.</summary>
public sealed record DescribedCount
{
    /// <summary>The setting, as documents call it: <c>floor</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>Whether the rule asks for the count, or for no fewer, no more, just so many, or so many on top.</summary>
    public required RecommendationKind Kind { get; init; }

    /// <summary>The count.</summary>
    public required int Replicas { get; init; }
}

/// <summary>When a rule says something, as the settings <c>start</c> and <c>end</c> have it.</summary>
public sealed record DescribedTimes
{
    /// <summary>From when on.</summary>
    public required string Start { get; init; }

    /// <summary>Until when.</summary>
    public required string End { get; init; }
}

/// <summary>A factor for scale-downs whose product is rounded up.</summary>
public sealed record RoundedFactor
{
    /// <summary>The switch that makes it so, as documents call it: <c>exactArithmetic</c>.</summary>
    public required string Setting { get; init; }

    /// <summary>The factor, less than 1.</summary>
    public required double Factor { get; init; }
}
