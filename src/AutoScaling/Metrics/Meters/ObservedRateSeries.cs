using System.Diagnostics.Metrics;

namespace AutoScaling.Metrics.Meters;

/// <summary>
/// The growth of an observable counter per second, between the collection now and the latest one that lies at least a window back.
/// </summary>
/// <remarks>
/// While no collection lies that far back the oldest one is used, once it lies a quarter of the window back. Collections happen when
/// metrics are asked for; when that is less often than once per window, the rate is the average since the last time.
/// </remarks>
/// <param name="window">The window, in timestamp units.</param>
/// <param name="perSecond">The timestamp units of one second.</param>
internal sealed class ObservedRateSeries(long window, long perSecond) : MeterSeries
{
    private readonly Lock _gate = new();
    private readonly TagSets<Cell> _sets = new();
    private readonly List<(long At, double Growth)> _samples = [];
    private double _growth;
    private MeterInstant _last;

    public override void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, in MeterInstant now)
    {
        if (value < 0) return; // A counter only grows.
        lock (_gate)
        {
            _last = now;
            if (_sets.GetOrAdd(instrument, tags, out var isNew) is not { } cell) return;

            // A total that is smaller than before means that the counter began anew at 0. What a new tag set counted before it was first
            // seen is not known.
            if (!isNew) _growth += value >= cell.Total ? value - cell.Total : value;
            cell.Total = value;
            cell.Collection = now.Collection;
        }
    }

    public override MeterValue Read(in MeterInstant now)
    {
        lock (_gate)
        {
            if (_last.Collection != now.Collection) return MeterValue.NotReported;
            var collection = now.Collection;
            _sets.Remove((_, cell) => cell.Collection != collection);
            if (_sets.IsOverfull) return MeterValue.Overfull;

            Sample();
            var (at, growth) = _samples[0];
            var elapsed = _last.Timestamp - at;
            return elapsed < Math.Max(1, window / 4)
                ? RateSeries.TooShort(elapsed, window, perSecond)
                : new((_growth - growth) * perSecond / elapsed, _last.Timestamp);
        }
    }

    public override void Forget(Instrument instrument)
    {
        lock (_gate) _sets.Remove((of, _) => ReferenceEquals(of, instrument));
    }

    private void Sample()
    {
        var now = _last.Timestamp;
        if (_samples.Count > 0 && _samples[^1].At == now) return;

        // Samples that follow each other closely are kept as one, so that there are few of them however often metrics are asked for.
        if (_samples.Count > 1 && _samples[^1].At - _samples[^2].At < window / WindowRing.Slots) _samples.RemoveAt(_samples.Count - 1);
        _samples.Add((now, _growth));
        while (_samples.Count > 1 && now - _samples[1].At >= window) _samples.RemoveAt(0);
    }

    private sealed class Cell
    {
        public double Total { get; set; }

        public long Collection { get; set; }
    }
}
