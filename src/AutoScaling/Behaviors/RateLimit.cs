using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What the value of a <see cref="RateLimit"/> counts.</summary>
[JsonConverter(typeof(WordConverter<RateLimitUnit>))]
public enum RateLimitUnit
{
    /// <summary>Replicas.</summary>
    Replicas,

    /// <summary>Percent of the replicas at the start of the period.</summary>
    Percent,
}

/// <summary>How much a target may change in one direction within a period that slides with the clock.</summary>
public sealed record RateLimit
{
    private RateLimit(RateLimitUnit unit, int value, TimeSpan period)
    {
        Unit = unit;
        Value = Bounds.AtLeastOne.Check(value, $"RateLimits {unit}");
        Period = Bounds.WithinAnHour.Check(period, "RateLimits Period");
    }

    internal static TimeSpan MaxPeriod { get; } = Bounds.WithinAnHour.Most!.Value;

    /// <summary>What <see cref="Value"/> counts.</summary>
    public RateLimitUnit Unit { get; }

    /// <summary>The most that may change within the period, at least 1.</summary>
    public int Value { get; }

    /// <summary>The length of the period.</summary>
    /// <value>More than 0, at most 1 hour.</value>
    public TimeSpan Period { get; }

    /// <summary>At most so many replicas within a period.</summary>
    /// <param name="value">The most replicas, at least 1.</param>
    /// <param name="period">The period: more than 0, at most 1 hour.</param>
    /// <exception cref="ScalingException">A value breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static RateLimit Replicas(int value, TimeSpan period) => new(RateLimitUnit.Replicas, value, period);

    /// <summary>At most so many percent, of the replicas at the start of the period, within it.</summary>
    /// <param name="value">The most percent, at least 1.</param>
    /// <param name="period">The period: more than 0, at most 1 hour.</param>
    /// <exception cref="ScalingException">A value breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static RateLimit Percent(int value, TimeSpan period) => new(RateLimitUnit.Percent, value, period);

    /// <summary>The limit as <c>4 replicas per 15s</c>.</summary>
    public override string ToString() =>
        $"{Value}{(Unit == RateLimitUnit.Percent ? " %" : Value == 1 ? " replica" : " replicas")} per {Phrase.Of(Period)}";
}
