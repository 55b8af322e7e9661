using System.Collections.Immutable;

namespace AutoScaling.Metrics;

/// <summary>What a source last said of each metric of a target, and the last value of those that it cannot read now. Immutable.</summary>
internal sealed class LastReadings
{
    private readonly ImmutableArray<Kept> _kept;

    private LastReadings(ImmutableArray<Kept> kept) => _kept = kept;

    public static LastReadings None { get; } = new([]);

    public bool IsEmpty => _kept.IsEmpty;

    public bool HasFailures => _kept.Any(kept => kept.Latest.Status == MetricStatus.Failed);

    /// <summary>What is kept after an answer. Only a metric that the source could not be asked for keeps its old value: "no value" is an answer too.</summary>
    public LastReadings After(ServiceMetrics answer, long fetchedAt)
    {
        var kept = ImmutableArray.CreateBuilder<Kept>(answer.Count);
        foreach (var reading in answer)
        {
            var old = reading.Status == MetricStatus.Failed ? _kept.FirstOrDefault(kept => kept.Latest.Metric == reading.Metric) : null;
            kept.Add(old is not null ? old with { Latest = reading } : new(reading, reading.Status == MetricStatus.Available ? reading : null, fetchedAt));
        }

        return new(kept.MoveToImmutable());
    }

    /// <summary>What is kept after the source could not be asked at all.</summary>
    public LastReadings AfterFailure(string reason) =>
        new(ImmutableArray.CreateRange(_kept, (kept, why) => kept with { Latest = MetricReading.Failed(kept.Latest.Metric, why) }, reason));

    /// <summary>The readings to give out: of what cannot be read the last value, as usable up to a limit of its age.</summary>
    public ServiceMetrics At(TimeProvider time, TimeSpan maxStaleAge) =>
        new(ImmutableArray.CreateRange(_kept, kept => kept.At(time, maxStaleAge)));

    /// <param name="Latest">What the source last said.</param>
    /// <param name="Value">The last usable value; <see langword="null"/> if there was none, or if the source said since that there is none.</param>
    /// <param name="FetchedAt">The timestamp at which the value was fetched.</param>
    private sealed record Kept(MetricReading Latest, MetricReading? Value, long FetchedAt)
    {
        public MetricReading At(TimeProvider time, TimeSpan maxStaleAge)
        {
            if (Latest.Status != MetricStatus.Failed || Value is null) return Latest;

            // A source whose clock runs ahead must not make its values younger than their time in the cache.
            TimeSpan measured = time.GetUtcNow() - Value.At, cached = time.GetElapsedTime(FetchedAt);
            var age = measured > cached ? measured : cached;
            if (age <= maxStaleAge) return Value;
            return Value.AsStale(FormattableString.Invariant(
                $"it is {Math.Ceiling(age.TotalSeconds)} s old, more than the {maxStaleAge.TotalSeconds} s allowed while the source fails: {Latest.Reason}"));
        }
    }
}
