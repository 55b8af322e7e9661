using System.Diagnostics.Metrics;

namespace AutoScaling.Metrics.Meters;

/// <summary>What the measurements of one metric of one target come to. Thread-safe; recording takes one short lock.</summary>
internal abstract class MeterSeries
{
    /// <summary>Takes in a measurement; one that is not finite only for gauges, whose value it then is.</summary>
    public abstract void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, in MeterInstant now);

    public abstract MeterValue Read(in MeterInstant now);

    /// <summary>Drops what came from an instrument that has ended.</summary>
    public virtual void Forget(Instrument instrument)
    {
    }
}

/// <summary>A time, and which collection of the observable instruments was the last (or is under way) at that time.</summary>
internal readonly record struct MeterInstant(long Timestamp, long Collection);

/// <summary>A value and when it was measured, or why there is none (as the end of a sentence about the instrument).</summary>
internal readonly record struct MeterValue(double Value, long At, string? WhyNot = null)
{
    /// <summary>
    /// Whether there is no value because an observable instrument did not report one; then an error of its callback may be why.
    /// </summary>
    public bool IsUnreported { get; init; }

    /// <summary>Whether it says that nothing was done: no value was measured, or none is counted.</summary>
    public bool IsIdle { get; init; }

    public static MeterValue NotMeasured { get; } = None("has measured nothing yet") with { IsIdle = true };

    public static MeterValue NotReported { get; } = None("was not reported when it was last collected") with { IsUnreported = true };

    public static MeterValue Overfull { get; } = None(FormattableString.Invariant(
        $"has more than {TagSets<object>.Most:N0} tag sets, too many to tell apart: choose among them with {nameof(MeterMetric.Where)}"));

    public static MeterValue None(string why) => new(0, 0, why);
}
