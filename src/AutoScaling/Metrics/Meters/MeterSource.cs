using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace AutoScaling.Metrics.Meters;

/// <summary>One metric: the instruments that it is read from, and a series for each target that they measured.</summary>
/// <param name="metric">What to read.</param>
/// <param name="perSecond">The timestamp units of one second.</param>
internal sealed class MeterSource(MeterMetric metric, long perSecond)
{
    /// <summary>Targets beyond this get no series: a tag without a bound would fill the memory.</summary>
    public const int MostTargets = 100_000;

    private const string EveryTarget = "";

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, MeterSeries> _series = new(StringComparer.Ordinal);
    private readonly long _window = (long)(metric.Window.TotalSeconds * perSecond);
    private ImmutableArray<Instrument> _instruments = [];
    private InstrumentKind _kind;
    private long _watchedSince;
    private volatile string? _trouble;
    private int _targets;

    /// <summary>The definition of the metric.</summary>
    public MeterMetric Of => metric;

    public MetricRef Metric { get; } = new(metric.Name);

    /// <summary>Begins to read from an instrument; <see langword="false"/> if the metric cannot be read from it.</summary>
    public bool Add(Instrument instrument, long now)
    {
        var kind = InstrumentKinds.Of(instrument);
        lock (_gate)
        {
            // Without the instrument that does not fit, a part of the value would be taken for all of it. So the metric has no value then.
            if (!metric.Kind.Fits(kind)) _trouble = $"is of kind {kind}, and {Needs()}";
            else if (!_instruments.IsEmpty && kind != _kind) _trouble = $"was published as {_kind} and as {kind}";
            if (_trouble is not null) return false;

            if (_instruments.Contains(instrument)) return true;
            if (_instruments.IsEmpty) (_kind, _watchedSince) = (kind, now);
            _instruments = _instruments.Add(instrument);

            // A counter that has not moved is really 0. But a tag that is asked for may be misspelt, so with one something must have been
            // measured.
            if (metric is { Kind: MeterMetricKind.Rate, TargetTag: null, Tags.IsEmpty: true } && kind != InstrumentKind.ObservableCounter)
                _series.TryAdd(EveryTarget, Create());
            return true;
        }
    }

    /// <summary>Stops reading from an instrument that has ended.</summary>
    public void Remove(Instrument instrument)
    {
        lock (_gate)
        {
            _instruments = _instruments.Remove(instrument);
            foreach (var series in _series.Values) series.Forget(instrument);
            if (!_instruments.IsEmpty) return;
            _series.Clear();
            _targets = 0;
        }
    }

    /// <summary>Takes in a measurement, if its tags are those asked for.</summary>
    public void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, in MeterInstant now)
    {
        if (!double.IsFinite(value) && (metric.Kind != MeterMetricKind.Gauge || _kind == InstrumentKind.UpDownCounter)) return;
        foreach (var (tag, expected) in metric.Tags)
        {
            if (!TagText.Is(TagText.Find(tags, tag), expected)) return;
        }

        var target = metric.TargetTag is { } targetTag ? TagText.Of(TagText.Find(tags, targetTag)) : EveryTarget;
        if (target is null) return;
        if (!_series.TryGetValue(target, out var series))
        {
            if (Volatile.Read(ref _targets) >= MostTargets) return;
            series = _series.GetOrAdd(target, static (_, source) => source.Create(), this);
            Interlocked.Increment(ref _targets);
        }

        series.Record(instrument, _kind == InstrumentKind.Histogram && metric.Kind == MeterMetricKind.Rate ? 1 : value, tags, now);
    }

    /// <summary>The metric's value for a target, or why there is none.</summary>
    public MeterValue Read(string target, in MeterInstant now)
    {
        if (_trouble is { } trouble) return MeterValue.None(trouble);
        lock (_gate)
        {
            if (_instruments.IsEmpty) return MeterValue.None("does not exist");
        }

        if (_series.TryGetValue(metric.TargetTag is null ? EveryTarget : target, out var series))
        {
            var value = series.Read(now);
            return value.WhyNot is not null ? value : value with
            {
                Value = value.Value * metric.Factor,
                IsIdle = metric.Kind == MeterMetricKind.Rate && value.Value == 0,
            };
        }

        if (Volatile.Read(ref _targets) >= MostTargets)
        {
            return MeterValue.None(FormattableString.Invariant(
                $"has more than {MostTargets:N0} values of the tag {metric.TargetTag}, too many to tell apart"));
        }

        var isObserved = _kind is InstrumentKind.ObservableCounter or InstrumentKind.ObservableUpDownCounter
            or InstrumentKind.ObservableGauge;
        return MeterValue.None(NothingMeasured(target)) with { IsUnreported = isObserved, IsIdle = true };
    }

    private string Needs() => metric.Kind switch
    {
        MeterMetricKind.Gauge => "a gauge is read from gauges and up-down counters",
        MeterMetricKind.Rate => "a rate is read from counters and histograms",
        _ => "a quantile is read from histograms",
    };

    private string NothingMeasured(string target)
    {
        var tags = metric.Tags.Select(tag => $"{tag.Key} = {tag.Value}");
        if (metric.TargetTag is { } targetTag) tags = tags.Append($"{targetTag} = {target}");
        var all = string.Join(" and ", tags);
        return all.Length == 0 ? "has measured nothing yet" : $"has measured nothing with {all} yet";
    }

    private MeterSeries Create() => metric.Kind switch
    {
        MeterMetricKind.Gauge => new GaugeSeries(_kind, metric.Combine),
        MeterMetricKind.Quantile => new QuantileSeries(_watchedSince, _window, perSecond, metric.Level),
        _ when _kind == InstrumentKind.ObservableCounter => new ObservedRateSeries(_window, perSecond),
        _ => new RateSeries(_watchedSince, _window, perSecond),
    };
}
