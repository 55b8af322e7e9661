using AutoScaling.Primitives;

namespace AutoScaling.Metrics;

/// <summary>What a source last said of one metric of a target, and the last value while the metric cannot be read. Immutable.</summary>
internal sealed record LastReading
{
    private LastReading()
    {
    }

    /// <summary>What is known of a metric that was never asked for.</summary>
    public static LastReading None { get; } = new();

    /// <summary>What the source threw when it was last asked; <see langword="null"/> if it answered.</summary>
    public Exception? Thrown { get; private init; }

    /// <summary>Whether the source has ever answered, be it that there is no value.</summary>
    public bool WasAnswered => Latest is not null;

    /// <summary>
    /// Whether the metric could not be read when it was last asked for. That there is no value is an answer, not a failure.
    /// </summary>
    public bool IsFailed => Thrown is not null || Latest is { Status: MetricStatus.Failed };

    /// <summary>What the source last said.</summary>
    private MetricReading? Latest { get; init; }

    /// <summary>The last usable value; <see langword="null"/> if there was none, or if the source said since that there is none.</summary>
    private MetricReading? Value { get; init; }

    /// <summary>The timestamp at which the value was fetched.</summary>
    private long FetchedAt { get; init; }

    /// <summary>What is known after an answer of the source.</summary>
    /// <param name="reading">What it said of the metric. A failure leaves the last value as it is.</param>
    /// <param name="now">The timestamp of now.</param>
    public LastReading After(MetricReading reading, long now) => reading.Status == MetricStatus.Failed
        ? this with { Latest = reading, Thrown = null }
        : new() { Latest = reading, Value = reading.Status == MetricStatus.Available ? reading : null, FetchedAt = now };

    /// <summary>What is known after the source threw.</summary>
    public LastReading After(Exception thrown) => this with { Thrown = thrown };

    /// <summary>The reading to give out: the last value while the metric cannot be read, as usable up to a limit of its age.</summary>
    public MetricReading At(MetricRef metric, TimeProvider time, TimeSpan maxStaleAge)
    {
        var latest = Thrown is not null ? MetricReading.Failed(metric, Thrown.Message) : Latest!;
        if (latest.Status != MetricStatus.Failed || Value is null) return latest;

        // A source whose clock runs ahead must not make its values younger than their time in the cache.
        TimeSpan measured = time.GetUtcNow() - Value.At, cached = time.GetElapsedTime(FetchedAt);
        var age = measured > cached ? measured : cached;
        if (age <= maxStaleAge) return Value;

        // Whole seconds, rounded up, so that the age is never said to be the one that is allowed.
        var old = Phrase.Exact(TimeSpan.FromSeconds(Math.Ceiling(age.TotalSeconds)));
        return Value.AsStale($"it is {old} old, more than the {Phrase.Exact(maxStaleAge)} allowed while the source fails: {latest.Reason}");
    }
}
