using System.Collections;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Observations;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The readings of one target at one instant, as a source returns them. Immutable and thread-safe.</summary>
[JsonConverter(typeof(MetricsConverter))]
public sealed class ServiceMetrics : IReadOnlyList<MetricReading>, IEquatable<ServiceMetrics>
{
    private readonly ValueList<MetricReading> _readings;

    /// <summary>Creates a set of readings.</summary>
    /// <param name="readings">The readings; of a metric that is there twice none counts.</param>
    public ServiceMetrics(params ImmutableArray<MetricReading> readings) => _readings = readings;

    /// <summary>No readings at all: every metric is missing.</summary>
    public static ServiceMetrics Empty { get; } = new([]);

    internal ImmutableArray<MetricReading> Items => _readings.Items;

    /// <inheritdoc/>
    public int Count => _readings.Items.Length;

    /// <inheritdoc/>
    public MetricReading this[int index] => _readings.Items[index];

    /// <summary>The reading of a metric; one that is <see cref="MetricStatus.Missing"/> if the source did not return it.</summary>
    /// <param name="metric">Which metric, and from which source.</param>
    public MetricReading this[MetricRef metric]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(metric);
            MetricReading? found = null;
            foreach (var reading in _readings.Items)
            {
                if (!string.Equals(reading.Metric.Name, metric.Name, StringComparison.Ordinal)
                    || !string.Equals(reading.Metric.Source, metric.Source, StringComparison.Ordinal))
                {
                    continue;
                }

                if (found is not null) return MetricReading.Failed(metric, "the source answered it twice");
                found = reading;
            }

            return found ?? MetricReading.Missing(metric, "the source returned no such metric");
        }
    }

    /// <summary>CPU and memory use in percent, and optionally the request rate, all measured at <paramref name="at"/>.</summary>
    /// <param name="at">When they were measured.</param>
    /// <param name="cpu">CPU use in percent; NaN when there is none.</param>
    /// <param name="memory">Memory use in percent; <see langword="null"/> when it is not measured.</param>
    /// <param name="requestRate">Requests per second; <see langword="null"/> when they are not measured.</param>
    public static ServiceMetrics Of(DateTimeOffset at, double cpu, double? memory = null, double? requestRate = null)
    {
        var readings = ImmutableArray.CreateBuilder<MetricReading>(3);
        readings.Add(MetricReading.Available(MetricRef.Cpu, cpu, at));
        if (memory is { } m) readings.Add(MetricReading.Available(MetricRef.Memory, m, at));
        if (requestRate is { } r) readings.Add(MetricReading.Available(MetricRef.RequestRate, r, at));
        return new(readings.ToImmutable());
    }

    /// <summary>Whether the other has equal readings in the same order.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(ServiceMetrics? left, ServiceMetrics? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the other has other readings, or another order.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(ServiceMetrics? left, ServiceMetrics? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(ServiceMetrics? other) => other is not null && (ReferenceEquals(this, other) || _readings.Equals(other._readings));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ServiceMetrics);

    /// <inheritdoc/>
    public override int GetHashCode() => _readings.GetHashCode();

    /// <inheritdoc/>
    public IEnumerator<MetricReading> GetEnumerator() => ((IEnumerable<MetricReading>)_readings.Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The readings, separated by commas.</summary>
    public override string ToString() => string.Join(", ", _readings.Items);
}
