using System.Globalization;

namespace AutoScaling.Sample.Output;

/// <summary>How values are written, on every view the same.</summary>
internal static class Texts
{
    public static string Readings(ScalingRecord record, string separator) => record.Observation is null
        ? "none"
        : string.Join(separator, record.Observation.Metrics.Select(Reading));

    public static string Decision(ScalingRecord record) => record switch
    {
        { Decision: null } => "none",
        { Decision: { Direction: ScaleDirection.Stay } stay } => $"stay at {stay.To}",
        { Outcome.Kind: ScaleOutcomeKind.Failed or ScaleOutcomeKind.Rejected, Decision: { } not } => $"{not.From} to {not.To}: {record.Outcome.Kind.ToString().ToLowerInvariant()}",
        { Decision: { } change } => $"{change.Direction.ToString().ToLowerInvariant()}, {change.From} to {change.To}",
    };

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s";

    /// <summary>A waiting time: milliseconds below a second.</summary>
    public static string Wait(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms"
        : time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    private static string Reading(MetricReading reading)
    {
        if (reading.Status != MetricStatus.Available) return $"{reading.Metric} {reading.Status.ToString().ToLowerInvariant()}";
        var unit = reading.Metric == MetricRef.Cpu || reading.Metric == MetricRef.Memory ? " %" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{reading.Metric} {reading.Value.ToString(reading.Value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)}{unit}");
    }
}
