using System.Diagnostics.Metrics;
using AutoScaling.Primitives;

namespace AutoScaling.Metrics.Meters;

/// <summary>The growth of a counter per second, over a window or over as much of it as has been watched, once that is a quarter.</summary>
/// <param name="watchedSince">When the instrument began to be watched; what it did not count since then, it did not count.</param>
/// <param name="window">The window, in timestamp units.</param>
/// <param name="perSecond">The timestamp units of one second.</param>
internal sealed class RateSeries(long watchedSince, long window, long perSecond) : MeterSeries
{
    private readonly Lock _gate = new();
    private readonly double[] _sums = new double[WindowRing.Slots];
    private WindowRing _ring = new(watchedSince, window);

    public override void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, in MeterInstant now)
    {
        if (value < 0) return; // A counter only grows.
        lock (_gate)
        {
            MoveTo(now.Timestamp);
            _sums[_ring.Current] += value;
        }
    }

    public override MeterValue Read(in MeterInstant now)
    {
        lock (_gate)
        {
            MoveTo(now.Timestamp);
            if (now.Timestamp - watchedSince < window / 4) return TooShort(now.Timestamp - watchedSince, window, perSecond);
            return new(_sums.Sum() * perSecond / (now.Timestamp - _ring.Since), now.Timestamp);
        }
    }

    public static MeterValue TooShort(long watched, long window, long perSecond)
    {
        string Seconds(long time) => Phrase.Exact(TimeSpan.FromSeconds(time / perSecond));
        return MeterValue.None($"has been watched for {Seconds(watched)}, and its rate over {Seconds(window)} needs a quarter of that");
    }

    private void MoveTo(long now)
    {
        for (var entered = _ring.MoveTo(now) - 1; entered >= 0; entered--) _sums[_ring.Before(entered)] = 0;
    }
}
