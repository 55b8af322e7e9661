using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Which of several rate limits counts.</summary>
[JsonConverter(typeof(WordConverter<RateLimitSelect>))]
public enum RateLimitSelect
{
    /// <summary>The one that allows the largest change.</summary>
    Max,

    /// <summary>The one that allows the smallest change.</summary>
    Min,

    /// <summary>None: the target never changes in this direction.</summary>
    Disabled,
}

/// <summary>What holds changes back in one direction. The words have the meaning that Kubernetes gives them.</summary>
/// <remarks>A new instance holds nothing back: no window, no cooldown, no limits, a tolerance of 0.1.</remarks>
public sealed record DirectionBehavior
{
    private readonly ValueList<RateLimit> _rateLimits;

    /// <summary>The time in which the most careful recommendation counts.</summary>
    /// <value>0 by default (off); at most 24 hours.</value>
    public TimeSpan StabilizationWindow
    {
        get;
        init => field = Bounds.UpToADay.Check(value, nameof(StabilizationWindow));
    }

    /// <summary>After a scale-up, no further scale-up for this time; after any change, no scale-down for this time.</summary>
    /// <value>0 by default (off); at most 24 hours.</value>
    public TimeSpan Cooldown
    {
        get;
        init => field = Bounds.UpToADay.Check(value, nameof(Cooldown));
    }

    /// <summary>The limits on how much may change within a time. Empty, the default: no limit.</summary>
    public ImmutableArray<RateLimit> RateLimits
    {
        get => _rateLimits;
        init
        {
            _rateLimits = value;
            LongestPeriod = TimeSpan.Zero;
            foreach (var limit in _rateLimits.Items) LongestPeriod = limit.Period > LongestPeriod ? limit.Period : LongestPeriod;
        }
    }

    /// <summary>Which of several limits counts.</summary>
    /// <value><see cref="RateLimitSelect.Max"/> by default.</value>
    public RateLimitSelect Select { get; init; }

    /// <summary>How far a ratio of metric to target may be off 1, in this direction, without a change.</summary>
    /// <value>0.1 by default (10 %); at least 0.</value>
    public double Tolerance
    {
        get;
        init => field = Bounds.NotNegative.Check(value, nameof(Tolerance));
    }
    = 0.1;

    /// <summary>
    /// Whether a scale-up does not wait for the cooldown if more is recommended than was behind the last scale-up. Only for rules whose
    /// count does not follow from the current one: a factor of it would always be more. Only up.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    /// <remarks>Source: the scale-out cooldown of AWS Application Auto Scaling.</remarks>
    public bool LargerNeedPasses { get; init; }

    /// <summary>The longest period of the limits; 0 if there are none.</summary>
    internal TimeSpan LongestPeriod { get; private init; }

    /// <summary>The longest window and cooldown.</summary>
    internal static TimeSpan Longest { get; } = Bounds.UpToADay.Most!.Value;
}
