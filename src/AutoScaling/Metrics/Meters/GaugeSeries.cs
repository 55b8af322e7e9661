using System.Diagnostics.Metrics;

namespace AutoScaling.Metrics.Meters;

/// <summary>The last value of every tag set, combined. A value is as old as the oldest that it is made of.</summary>
/// <param name="kind">The sort of the instrument.</param>
/// <param name="combine">How the values of several tag sets become one.</param>
internal sealed class GaugeSeries(InstrumentKind kind, MeterCombination combine) : MeterSeries
{
    private readonly Lock _gate = new();
    private readonly TagSets<Cell> _sets = new();

    private bool IsObserved => kind is InstrumentKind.ObservableGauge or InstrumentKind.ObservableUpDownCounter;

    public override void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, in MeterInstant now)
    {
        lock (_gate)
        {
            if (_sets.GetOrAdd(instrument, tags, out _) is not { } cell) return;
            cell.Value = kind == InstrumentKind.UpDownCounter ? cell.Value + value : value;
            cell.At = now;
        }
    }

    public override MeterValue Read(in MeterInstant now)
    {
        lock (_gate)
        {
            // A tag set that an observable instrument does not report any more has no value now, not an old one.
            var collection = now.Collection;
            if (IsObserved) _sets.Remove((_, cell) => cell.At.Collection != collection);
            if (_sets.IsOverfull) return MeterValue.Overfull;
            if (_sets.Cells.Count == 0) return IsObserved ? MeterValue.NotReported : MeterValue.NotMeasured;

            double sum = 0, max = double.NegativeInfinity;
            var oldest = now.Timestamp;
            foreach (var cell in _sets.Cells)
            {
                sum += cell.Value;
                max = Math.Max(max, cell.Value);
                oldest = Math.Min(oldest, cell.At.Timestamp);
            }

            var value = combine switch { MeterCombination.Max => max, MeterCombination.Average => sum / _sets.Cells.Count, _ => sum };

            // The sum of an up-down counter is that of now, even if its last change was long ago.
            return new(value, kind == InstrumentKind.UpDownCounter ? now.Timestamp : oldest);
        }
    }

    public override void Forget(Instrument instrument)
    {
        lock (_gate) _sets.Remove((of, _) => ReferenceEquals(of, instrument));
    }

    private sealed class Cell
    {
        public double Value { get; set; }

        public MeterInstant At { get; set; }
    }
}
