using System.Collections.Immutable;

namespace AutoScaling.Deciding;

/// <summary>Times of metrics, as they stand in JSON: a time by the metric's name.</summary>
internal static class MetricTimes
{
    /// <returns><see langword="null"/> if there are none.</returns>
    public static Dictionary<string, DateTimeOffset>? ToDocument(ImmutableArray<KeyValuePair<MetricRef, long>> times) => times.IsEmpty
        ? null
        : times.ToDictionary(t => t.Key.ToString(), t => new DateTimeOffset(t.Value, TimeSpan.Zero), StringComparer.Ordinal);

    /// <exception cref="ScalingException">A name is none (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ImmutableArray<KeyValuePair<MetricRef, long>> FromDocument(Dictionary<string, DateTimeOffset>? document) =>
        [.. (document ?? []).Select(t => KeyValuePair.Create(MetricRef.Parse(t.Key), t.Value.UtcTicks))];
}
