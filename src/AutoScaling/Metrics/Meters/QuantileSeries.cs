using System.Diagnostics.Metrics;
using AutoScaling.Primitives;

namespace AutoScaling.Metrics.Meters;

/// <summary>A quantile of the values of a histogram inside a window, as old as the last of them.</summary>
/// <param name="watchedSince">When the instrument began to be watched.</param>
/// <param name="window">The window, in timestamp units.</param>
/// <param name="perSecond">The timestamp units of one second.</param>
/// <param name="level">Which quantile.</param>
internal sealed class QuantileSeries(long watchedSince, long window, long perSecond, double level) : MeterSeries
{
    private readonly Lock _gate = new();
    private readonly QuantileSketch?[] _slots = new QuantileSketch?[WindowRing.Slots];
    private WindowRing _ring = new(watchedSince, window);
    private long _lastAt;

    public override void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, in MeterInstant now)
    {
        lock (_gate)
        {
            MoveTo(now.Timestamp);
            (_slots[_ring.Current] ??= new()).Add(value);
            _lastAt = now.Timestamp;
        }
    }

    public override MeterValue Read(in MeterInstant now)
    {
        lock (_gate)
        {
            MoveTo(now.Timestamp);
            if (QuantileSketch.Quantile(_slots, level) is { } value) return new(value, _lastAt);
            var none = MeterValue.None(
                $"has measured nothing in the last {Phrase.Exact(TimeSpan.FromSeconds(window / perSecond))} (no requests)");
            return none with { IsIdle = true };
        }
    }

    private void MoveTo(long now)
    {
        for (var entered = _ring.MoveTo(now) - 1; entered >= 0; entered--) _slots[_ring.Before(entered)]?.Clear();
    }
}
