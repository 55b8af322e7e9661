using System.Diagnostics.Metrics;

namespace AutoScaling.Metrics.Meters;

/// <summary>What sort of instrument a measurement comes from, whatever its numeric type.</summary>
internal enum InstrumentKind
{
    Other,
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
    ObservableCounter,
    ObservableUpDownCounter,
    ObservableGauge,
}

internal static class InstrumentKinds
{
    // These are all the numeric types that the runtime allows.
    public static InstrumentKind Of(Instrument instrument) =>
        Of<long>(instrument) ?? Of<int>(instrument) ?? Of<double>(instrument) ?? Of<float>(instrument)
        ?? Of<short>(instrument) ?? Of<byte>(instrument) ?? Of<decimal>(instrument) ?? InstrumentKind.Other;

    public static bool Fits(this MeterMetricKind metric, InstrumentKind kind) => metric switch
    {
        MeterMetricKind.Gauge => kind is InstrumentKind.Gauge or InstrumentKind.ObservableGauge
            or InstrumentKind.UpDownCounter or InstrumentKind.ObservableUpDownCounter,
        MeterMetricKind.Rate => kind is InstrumentKind.Counter or InstrumentKind.ObservableCounter or InstrumentKind.Histogram,
        _ => kind is InstrumentKind.Histogram,
    };

    private static InstrumentKind? Of<T>(Instrument instrument)
        where T : struct => instrument switch
        {
            Counter<T> => InstrumentKind.Counter,
            UpDownCounter<T> => InstrumentKind.UpDownCounter,
            Gauge<T> => InstrumentKind.Gauge,
            Histogram<T> => InstrumentKind.Histogram,
            ObservableCounter<T> => InstrumentKind.ObservableCounter,
            ObservableUpDownCounter<T> => InstrumentKind.ObservableUpDownCounter,
            ObservableGauge<T> => InstrumentKind.ObservableGauge,
            _ => null,
        };
}
