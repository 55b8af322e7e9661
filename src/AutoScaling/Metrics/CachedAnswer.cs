using System.Collections.Immutable;

namespace AutoScaling.Metrics;

/// <summary>An answer of the cache, which is given again until the first of its metrics has to be fetched anew. Immutable.</summary>
internal sealed class CachedAnswer
{
    private readonly ImmutableArray<MetricRef> _metrics;
    private readonly ServiceMetrics? _readings;
    private readonly Exception? _thrown;
    private readonly long _at;
    private readonly TimeSpan _life;

    /// <param name="metrics">What was asked for.</param>
    /// <param name="found">What there is of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxStaleAge">Up to what age the last values are given as usable while the source fails.</param>
    public CachedAnswer(ImmutableArray<MetricRef> metrics, CachedMetric[] found, TimeProvider time, TimeSpan maxStaleAge)
    {
        _metrics = metrics;
        if (found.MinBy(metric => metric.Left(time)) is { } first) (_at, _life) = (first.At, first.Life);

        // If the source has never answered for any of the metrics, there is nothing to give but what it threw.
        if (found.Length > 0 && !Array.Exists(found, metric => metric.Last.WasAnswered)) _thrown = found[0].Last.Thrown;
        else _readings = new([.. found.Select(metric => metric.Last.At(metric.Metric, time, maxStaleAge))]);
    }

    /// <summary>Whether this is the answer to a request, and still holds. Allocates nothing.</summary>
    public bool IsFor(MetricsRequest request, TimeProvider time) => request.IsFor(_metrics) && time.GetElapsedTime(_at) < _life;

    /// <summary>The readings, or what the source threw if nothing was ever read.</summary>
    public ValueTask<ServiceMetrics> Readings => _readings is not null ? new(_readings) : ValueTask.FromException<ServiceMetrics>(_thrown!);
}
