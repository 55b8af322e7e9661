using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AutoScaling.Metrics.Meters;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Reads what the host itself measures with <c>System.Diagnostics.Metrics</c>, so that it can scale on it. Thread-safe.</summary>
/// <remarks>
/// <para>
/// Measurements are taken in from when the provider is created; create it before the work begins, above all for up-down counters, whose sum
/// starts at 0 then. An instrument that does not exist, or has measured nothing, gives a missing reading that says so, never 0. The rate of
/// a counter that exists is really 0 while it does not move; with <see cref="MeterMetric.Where"/> or <see cref="MeterMetric.TargetTag"/> it
/// is missing until something was measured with those tags.
/// </para>
/// <para>
/// A host that does nothing measures nothing, and that is known: its rate is 0, and a quantile is missing because there were no requests,
/// for which <see cref="MetricExpectation.IfMissing"/> of a policy has the meaning. With <see cref="MeterMetric.InFlight"/> neither is
/// believed while something is in flight.
/// </para>
/// <para>
/// The time of a reading is when its value was measured: a gauge that is not set any more gets old, while rates, and the sums of up-down
/// counters, are of now. Rates exist once a quarter of their window has been watched.
/// </para>
/// <para>
/// Observable instruments are collected when metrics are asked for, at most once a second for all targets, on the caller's thread.
/// </para>
/// <para>
/// Up to 1,000 tag sets of a gauge or observable counter and 100,000 targets are told apart; beyond that readings are missing, not partial.
/// </para>
/// </remarks>
public sealed class MeterMetricsProvider : IMetricsProvider, IDisposable
{
    private static readonly TimeSpan CollectionInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _reading = new();
    private readonly FrozenDictionary<string, MeterSource> _byName;
    private readonly FrozenDictionary<string, MeterSource> _inFlight;
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _time;
    private long _collection;
    private long _collectedAt;
    private string? _collectionError;
    private volatile bool _disposed;

    /// <summary>Creates the provider and begins to take in measurements.</summary>
    /// <param name="metrics">The metrics to read.</param>
    /// <param name="timeProvider">Tells when measurements are made.</param>
    /// <exception cref="ScalingException">Two metrics have the same name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public MeterMetricsProvider(IEnumerable<MeterMetric> metrics, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _time = timeProvider;
        var sources = metrics.Select(metric => new MeterSource(metric, timeProvider.TimestampFrequency)).ToList();
        var twice = sources.GroupBy(source => source.Metric.Name, StringComparer.Ordinal).Where(name => name.Count() > 1)
            .Select(name => $"Metrics must have different names, but {name.Count()} are named '{name.Key}'.").ToList();
        if (twice.Count > 0) throw new ScalingException(twice);
        _byName = sources.ToFrozenDictionary(source => source.Metric.Name, StringComparer.Ordinal);
        _inFlight = sources.Select(source => source.Of.Flying).OfType<MeterMetric>().ToFrozenDictionary(
            metric => metric.Name, metric => new MeterSource(metric, timeProvider.TimestampFrequency), StringComparer.Ordinal);

        _listener.InstrumentPublished = OnPublished;
        _listener.MeasurementsCompleted = OnCompleted;
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, state) => OnMeasured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, state) => OnMeasured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => OnMeasured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => OnMeasured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, state) => OnMeasured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>(OnMeasured);
        _listener.SetMeasurementEventCallback<decimal>(
            (instrument, value, tags, state) => OnMeasured(instrument, (double)value, tags, state));
        _listener.Start();
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The provider was disposed.</exception>
    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // One at a time, so that nobody reads in the middle of a collection. A read takes microseconds.
        lock (_reading)
        {
            Collect();
            var now = new MeterInstant(_time.GetTimestamp(), _collection);
            var readings = ImmutableArray.CreateBuilder<MetricReading>(request.Metrics.Length);
            foreach (var asked in request.Metrics)
            {
                if (!_byName.TryGetValue(asked.Name, out var source)) continue;
                readings.Add(Reading(source, request.Target.Name, now));
            }

            return new(new ServiceMetrics(readings.ToImmutable()));
        }
    }

    /// <summary>Stops taking in measurements.</summary>
    public void Dispose()
    {
        _disposed = true;
        _listener.Dispose();
    }

    private void Collect()
    {
        var now = _time.GetTimestamp();
        if (_collection > 0 && _time.GetElapsedTime(_collectedAt, now) < CollectionInterval) return;
        _collectedAt = now;
        _collection++;
        _collectionError = null;
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (Exception error) // The host's own callbacks; the runtime calls them all, and then throws what they threw.
        {
            _collectionError = ((error as AggregateException)?.InnerException ?? error).Message;
        }
    }

    private MetricReading Reading(MeterSource source, string target, MeterInstant now)
    {
        var value = source.Read(target, now);
        var instrument = $"instrument '{source.Of.Instrument}' of meter '{source.Of.Meter}'";
        var flying = value.IsIdle && _inFlight.TryGetValue(source.Metric.Name, out var inFlight)
            ? inFlight.Read(target, now)
            : default(MeterValue?);
        if (flying is { } some && Busy(source, some) is { } busy)
            return MetricReading.Available(source.Metric, 0, _time.GetUtcNow())
                .AsStale($"{instrument} {value.WhyNot ?? "has counted nothing"}, but {busy}");
        if (value.WhyNot is null)
            return MetricReading.Available(source.Metric, value.Value, _time.GetUtcNow() - Age(value.At, now.Timestamp));
        var reason = $"{instrument} {value.WhyNot}{(flying is null ? "" : ", and nothing is in flight")}";
        return value.IsUnreported && _collectionError is not null
            ? MetricReading.Failed(source.Metric, $"{reason}, and an observable instrument threw: {_collectionError}")
            : MetricReading.Missing(source.Metric, reason);
    }

    /// <summary>Why nobody is idle although nothing was measured; <see langword="null"/> if nothing is in flight.</summary>
    private static string? Busy(MeterSource source, MeterValue flying)
    {
        if (flying.WhyNot is null) return flying.Value > 0 ? $"{Phrase.Of(flying.Value)} are in flight ('{source.Of.InFlight}')" : null;

        // What was never counted up is 0; what cannot be read may be anything.
        return flying.IsIdle ? null : $"it is not known what is in flight: '{source.Of.InFlight}' {flying.WhyNot}";
    }

    // A measurement may be made between the reading of the clock and the reading of the value.
    private TimeSpan Age(long at, long now) => at < now ? _time.GetElapsedTime(at, now) : TimeSpan.Zero;

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        var now = _time.GetTimestamp();
        MeterSource[] sources =
        [
            .. from source in _byName.Values.Concat(_inFlight.Values)
               where string.Equals(source.Of.Instrument, instrument.Name, StringComparison.Ordinal)
                   && string.Equals(source.Of.Meter, instrument.Meter.Name, StringComparison.Ordinal)
                   && source.Add(instrument, now)
               select source,
        ];
        if (sources.Length > 0) listener.EnableMeasurementEvents(instrument, sources);
    }

    private static void OnCompleted(Instrument instrument, object? state)
    {
        foreach (var source in (MeterSource[])state!) source.Remove(instrument);
    }

    private void OnMeasured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var now = new MeterInstant(_time.GetTimestamp(), Volatile.Read(ref _collection));
        foreach (var source in (MeterSource[])state!) source.Record(instrument, value, tags, now);
    }
}
