namespace AutoScaling.Metrics;

/// <summary>
/// One metric of one target in the cache: what is known of it, until when, and the fetch that is under way. Guarded by its target.
/// </summary>
/// <param name="metric">The metric.</param>
internal sealed class CachedMetric(MetricRef metric)
{
    public MetricRef Metric => metric;

    /// <summary>What is known of the metric. While a fetch is under way, only that fetch changes it.</summary>
    public LastReading Last { get; private set; } = LastReading.None;

    /// <summary>The timestamp at which it was last fetched.</summary>
    public long At { get; private set; }

    /// <summary>How long it is given from then on before it is fetched again.</summary>
    public TimeSpan Life { get; private set; }

    /// <summary>Ends when the fetch that is under way has ended; <see langword="null"/> if none is. It never fails.</summary>
    public Task? Fetch { get; set; }

    /// <summary>Takes in what a fetch has brought.</summary>
    public void Take(LastReading last, long now, TimeSpan life) => (Last, At, Life, Fetch) = (last, now, life, null);

    /// <summary>How much longer what is known is given; not more than 0 if the metric has to be fetched.</summary>
    public TimeSpan Left(TimeProvider time) => ReferenceEquals(Last, LastReading.None) ? TimeSpan.Zero : Life - time.GetElapsedTime(At);
}
