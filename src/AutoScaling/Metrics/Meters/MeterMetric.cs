using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>How a metric is made of an instrument's measurements.</summary>
[JsonConverter(typeof(WordConverter<MeterMetricKind>))]
public enum MeterMetricKind
{
    /// <summary>The last value of a gauge, or the sum of an up-down counter.</summary>
    Gauge,

    /// <summary>By how much a counter grows per second, or how many values a histogram takes per second.</summary>
    Rate,

    /// <summary>A quantile of the values of a histogram.</summary>
    Quantile,
}

/// <summary>How the values of a gauge with several tag sets become one.</summary>
[JsonConverter(typeof(WordConverter<MeterCombination>))]
public enum MeterCombination
{
    /// <summary>They are added: queues, connections, bytes.</summary>
    Sum,

    /// <summary>Their mean: utilizations.</summary>
    Average,

    /// <summary>The largest of them: ages, lags.</summary>
    Max,
}

/// <summary>A metric that a <see cref="MeterMetricsProvider"/> reads from an instrument of the host. Immutable and thread-safe.</summary>
public sealed record MeterMetric
{
    private static readonly Bounds<TimeSpan> Windows = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

    private MeterMetric(MeterMetricKind kind, string name, string meter, string instrument, double quantile = 0)
    {
        Kind = kind;
        Name = Required(nameof(Name), name);
        Meter = Required(nameof(Meter), meter);
        Instrument = Required(nameof(Instrument), instrument);
        Level = Bounds.Share.Check(quantile, nameof(Level));
        if (name.Contains('@')) throw ScalingException.Invalid($"Name must not contain '@', which names a source, but is '{name}'.");
    }

    /// <summary>How the metric is made of the measurements.</summary>
    public MeterMetricKind Kind { get; }

    /// <summary>The metric's name, as policies use it.</summary>
    public string Name { get; }

    /// <summary>The name of the meter.</summary>
    public string Meter { get; }

    /// <summary>The name of the instrument.</summary>
    public string Instrument { get; }

    /// <summary>Which quantile.</summary>
    /// <value>From 0 (the least) to 1 (the largest), both inclusive; 0 for other kinds.</value>
    public double Level { get; }

    /// <summary>The time that a rate or a quantile is taken over, up to now.</summary>
    /// <value>From 1 second to 1 day, both inclusive. Default 60 seconds. Gauges have none.</value>
    /// <exception cref="ScalingException">The value breaks that rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TimeSpan Window
    {
        get;
        init => field = Windows.Check(value, nameof(Window));
    } = TimeSpan.FromSeconds(60);

    /// <summary>What the value is multiplied by, to give it the unit that policies use: 100 makes a percentage of a ratio.</summary>
    /// <value>A finite number other than 0. Default 1.</value>
    /// <exception cref="ScalingException">The value breaks that rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public double Factor
    {
        get;
        init => field = double.IsFinite(value) && value != 0
            ? value
            : throw Bounds.Broken(nameof(Factor), "a finite number other than 0", value);
    } = 1;

    /// <summary>How the values of a gauge with several tag sets become one.</summary>
    /// <value>Default <see cref="MeterCombination.Sum"/>. Rates are always added; a quantile is taken over all values.</value>
    public MeterCombination Combine { get; init; }

    /// <summary>The tag whose value names the target that a measurement belongs to, so that one instrument serves many targets.</summary>
    /// <value>Default <see langword="null"/>: every measurement belongs to every target.</value>
    public string? TargetTag { get; init; }

    /// <summary>
    /// The instrument of the same meter that holds what is in flight, such as requests that have begun and not ended: an up-down counter or
    /// a gauge. While it is above 0, nobody takes it for idleness that a rate is 0 or that a quantile has no values: the reading is
    /// <see cref="MetricStatus.Stale"/>, and says so.
    /// </summary>
    /// <value>
    /// Default <see langword="null"/>: it is not known what is in flight. Its measurements count whatever their tags are, but for that of
    /// <see cref="TargetTag"/>. Not empty; only for rates and quantiles.
    /// </value>
    /// <exception cref="ScalingException">
    /// The name is empty, or the metric is a gauge (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public string? InFlight
    {
        get;
        init => field = value is null ? null
            : Kind == MeterMetricKind.Gauge ? throw Bounds.Broken(nameof(InFlight), "left out for a gauge", value)
            : Required(nameof(InFlight), value);
    }

    internal ImmutableArray<KeyValuePair<string, string>> Tags { get; private init; } = [];

    /// <summary>What is in flight, as a metric; <see langword="null"/> if that is not known.</summary>
    internal MeterMetric? Flying => InFlight is { } instrument ? Gauge(Name, Meter, instrument) with { TargetTag = TargetTag } : null;

    /// <summary>The value that a gauge last had, or the sum of an up-down counter.</summary>
    /// <param name="name">The metric's name, as policies use it.</param>
    /// <param name="meter">The name of the meter.</param>
    /// <param name="instrument">The name of the instrument.</param>
    /// <exception cref="ScalingException">A name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static MeterMetric Gauge(string name, string meter, string instrument) => new(MeterMetricKind.Gauge, name, meter, instrument);

    /// <summary>By how much a counter grows per second, or how many values a histogram takes per second.</summary>
    /// <param name="name">The metric's name, as policies use it.</param>
    /// <param name="meter">The name of the meter.</param>
    /// <param name="instrument">The name of the instrument.</param>
    /// <exception cref="ScalingException">A name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static MeterMetric Rate(string name, string meter, string instrument) => new(MeterMetricKind.Rate, name, meter, instrument);

    /// <summary>A quantile of the values of a histogram, within 1 percent of the exact one.</summary>
    /// <param name="name">The metric's name, as policies use it.</param>
    /// <param name="meter">The name of the meter.</param>
    /// <param name="instrument">The name of the instrument.</param>
    /// <param name="level">Which quantile, from 0 to 1: 0.95 is the 95th percentile.</param>
    /// <exception cref="ScalingException">
    /// A name is empty, or the level is outside its range (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static MeterMetric Quantile(string name, string meter, string instrument, double level) =>
        new(MeterMetricKind.Quantile, name, meter, instrument, level);

    /// <summary>The same metric, made only of measurements with a tag of this value; may be said of several tags.</summary>
    /// <param name="tag">The tag's name.</param>
    /// <param name="value">Its value; numbers are compared as they are written invariantly.</param>
    /// <exception cref="ScalingException">The tag's name is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public MeterMetric Where(string tag, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return this with { Tags = Tags.Add(new(Required("Tag", tag), value)) };
    }

    /// <inheritdoc/>
    public bool Equals(MeterMetric? other) =>
        other is not null
        && (Kind, Name, Meter, Instrument).Equals((other.Kind, other.Name, other.Meter, other.Instrument))
        && (Level, Window, Factor, Combine).Equals((other.Level, other.Window, other.Factor, other.Combine))
        && (TargetTag, InFlight).Equals((other.TargetTag, other.InFlight))
        && Tags.SequenceEqual(other.Tags);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Name, Meter, Instrument, TargetTag, Tags.Length);

    private static string Required(string what, string value) =>
        string.IsNullOrWhiteSpace(value) ? throw Bounds.Broken(what, "a name", value) : value;
}
