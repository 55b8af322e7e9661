using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Whether a reading can be used.</summary>
[JsonConverter(typeof(WordConverter<MetricStatus>))]
public enum MetricStatus
{
    /// <summary>The reading has a finite value.</summary>
    Available,

    /// <summary>The source answered, and had no usable value.</summary>
    Missing,

    /// <summary>The value is older than is allowed.</summary>
    Stale,

    /// <summary>The source could not be asked.</summary>
    Failed,

    /// <summary>The value cannot be: it stands for "no value", or is outside what is expected of the metric.</summary>
    Implausible,
}

/// <summary>The value of one metric of one target at one time, or the reason why there is none. Never a made-up 0.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record MetricReading
{
    private readonly ValueList<ReplicaReading> _replicas;

    [JsonConstructor]
    internal MetricReading(
        MetricRef metric, MetricStatus status, double value, DateTimeOffset at, string? reason, ImmutableArray<ReplicaReading> replicas)
    {
        Metric = metric;
        Status = status;
        Value = value;
        At = at;
        Reason = reason;
        _replicas = replicas;
    }

    /// <summary>Which metric, and where it comes from.</summary>
    public MetricRef Metric { get; }

    /// <summary>Whether the value can be used.</summary>
    public MetricStatus Status { get; }

    /// <summary>
    /// The value over the whole target, in the metric's unit; 0 unless <see cref="Status"/> is <see cref="MetricStatus.Available"/> or
    /// <see cref="MetricStatus.Stale"/>.
    /// </summary>
    /// <value><c>cpu</c> and <c>memory</c> are percent of the replicas' requests; other metrics have the unit of their source.</value>
    public double Value { get; }

    /// <summary>When the source measured the value (not when it was fetched), so that its age is visible.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Why there is no usable value; <see langword="null"/> when there is.</summary>
    public string? Reason { get; }

    /// <summary>The values of single replicas, where the source knows them; otherwise empty.</summary>
    public ImmutableArray<ReplicaReading> Replicas => _replicas;

    /// <summary>Whether it is a value of the whole target and nothing else.</summary>
    internal bool IsPlain => Status == MetricStatus.Available && Reason is null && Replicas.IsEmpty;

    /// <summary>A reading with a value; one that is NaN or infinite becomes <see cref="MetricStatus.Missing"/>, with that reason.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="value">The value over the whole target.</param>
    /// <param name="at">When it was measured.</param>
    /// <param name="replicas">The values of single replicas, where known.</param>
    public static MetricReading Available(
        MetricRef metric, double value, DateTimeOffset at, ImmutableArray<ReplicaReading> replicas = default) =>
        double.IsFinite(value)
            ? new(metric, MetricStatus.Available, value, at, null, replicas)
            : new(metric, MetricStatus.Missing, 0, at, $"its value is {(double.IsNaN(value) ? "not a number" : "infinite")}", []);

    /// <summary>A reading that the source answered without a usable value.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="reason">Why, as the end of a sentence: <c>the source returned no such metric</c>.</param>
    public static MetricReading Missing(MetricRef metric, string reason) => new(metric, MetricStatus.Missing, 0, default, reason, []);

    /// <summary>
    /// A reading that the source answered for single replicas, of which no value over the whole target can be made: they use CPU, but
    /// requested none.
    /// It is <see cref="MetricStatus.Missing"/> to every rule but those that look at the replicas one by one.
    /// </summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="reason">Why there is no value over the whole target, as the end of a sentence.</param>
    /// <param name="at">When the replicas were measured.</param>
    /// <param name="replicas">The values of single replicas.</param>
    public static MetricReading OfReplicasOnly(
        MetricRef metric, string reason, DateTimeOffset at, ImmutableArray<ReplicaReading> replicas) =>
        new(metric, MetricStatus.Missing, 0, at, reason, replicas);

    /// <summary>A reading that the source could not be asked for.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="reason">Why, as the end of a sentence: <c>Prometheus answered 503</c>.</param>
    public static MetricReading Failed(MetricRef metric, string reason) => new(metric, MetricStatus.Failed, 0, default, reason, []);

    /// <summary>The same value, marked as too old to act on.</summary>
    /// <param name="reason">Why, as the end of a sentence: <c>it is 7 minutes old</c>.</param>
    public MetricReading AsStale(string reason) => new(Metric, MetricStatus.Stale, Value, At, reason, Replicas);

    /// <summary>The same reading with other readings of single replicas.</summary>
    internal MetricReading With(DateTimeOffset at, ImmutableArray<ReplicaReading> replicas) =>
        new(Metric, Status, Value, at, Reason, replicas);

    /// <summary>The same reading, marked as one that cannot be.</summary>
    /// <param name="reason">Why, as the end of a sentence: <c>its value is -1, and it cannot be negative</c>.</param>
    public MetricReading AsImplausible(string reason) => new(Metric, MetricStatus.Implausible, 0, At, reason, []);

    /// <summary>The same reading under the name of the source it came from.</summary>
    /// <param name="source">The source's registered name.</param>
    public MetricReading From(string? source) => new(new MetricRef(Metric.Name, source), Status, Value, At, Reason, Replicas);

    /// <summary>The reading as <c>cpu = 83.1</c>, or why there is none.</summary>
    public override string ToString() => Status == MetricStatus.Available
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Metric} = {Value:0.###}")
        : $"{Metric} cannot be read: {Reason}";
}
