namespace AutoScaling.Metrics;

/// <summary>
/// The metrics of one target in the cache, and the answer that was last given. Thread-safe: all but <see cref="Answer"/> under its lock.
/// </summary>
internal sealed class CachedTarget
{
    private readonly Lock _gate = new();
    private readonly List<CachedMetric> _metrics = [];
    private volatile CachedAnswer? _answer;
    private bool _isForgotten;

    /// <summary>
    /// The answer that was last given; <see langword="null"/> if none was. Read without a lock, because most callers find it good.
    /// </summary>
    public CachedAnswer? Answer => _answer;

    /// <summary>Finds what there is of the metrics of a request, and what has to be fetched.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="fetch">Ends with the fetch that the caller starts if there is anything to fetch.</param>
    /// <param name="time">The clock.</param>
    /// <returns><see langword="null"/> if the target was forgotten meanwhile, so that it has to be looked up again.</returns>
    public CacheLookup? Find(MetricsRequest request, Task fetch, TimeProvider time)
    {
        lock (_gate)
        {
            if (_isForgotten) return null;
            var asked = new CachedMetric[request.Metrics.Length];
            List<CachedMetric> due = [];
            List<Task> fetches = [];
            for (var i = 0; i < asked.Length; i++)
            {
                var metric = asked[i] = GetOrAdd(request.Metrics[i]);
                if (metric.Fetch is null && metric.Left(time) <= TimeSpan.Zero)
                {
                    metric.Fetch = fetch;
                    due.Add(metric);
                }

                if (metric.Fetch is { } underWay && !fetches.Contains(underWay)) fetches.Add(underWay);
            }

            return new(asked, due, fetches);
        }
    }

    /// <summary>Takes in what a fetch has brought.</summary>
    /// <param name="fetched">What was fetched.</param>
    /// <param name="last">What is known of each of them now.</param>
    /// <param name="now">The timestamp of now.</param>
    /// <param name="options">How long readings are kept.</param>
    public void Take(List<CachedMetric> fetched, List<LastReading> last, long now, MetricsCacheOptions options)
    {
        lock (_gate)
        {
            for (var i = 0; i < fetched.Count; i++)
                fetched[i].Take(last[i], now, last[i].IsFailed ? options.FailureTimeToLive : options.TimeToLive);
        }
    }

    /// <summary>The answer to a request, once nothing has to be fetched for it any more.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="asked">What there is of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxStaleAge">Up to what age the last values are given as usable while the source fails.</param>
    public CachedAnswer Give(MetricsRequest request, CachedMetric[] asked, TimeProvider time, TimeSpan maxStaleAge)
    {
        lock (_gate)
        {
            // Several callers may have waited for the same fetch; the first of them makes the answer for all.
            if (_answer is { } made && made.IsFor(request, time)) return made;
            return _answer = new(request.Metrics, asked, time, maxStaleAge);
        }
    }

    /// <summary>Drops the metrics that nobody has asked for since some time, and the target with the last of them.</summary>
    /// <param name="idle">The time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="forget">Takes the target out of the cache.</param>
    public void Sweep(TimeSpan idle, TimeProvider time, Action forget)
    {
        lock (_gate)
        {
            // A metric that is asked for is fetched at least once per time to live, so if its last fetch is old, nobody asked.
            _metrics.RemoveAll(metric => metric.Fetch is null && time.GetElapsedTime(metric.At) >= idle);
            if (_metrics.Count > 0) return;
            _isForgotten = true;
            forget();
        }
    }

    private CachedMetric GetOrAdd(MetricRef metric)
    {
        foreach (var known in _metrics)
        {
            if (string.Equals(known.Metric.Name, metric.Name, StringComparison.Ordinal)) return known;
        }

        var added = new CachedMetric(metric);
        _metrics.Add(added);
        return added;
    }
}

/// <summary>What a request found in the cache.</summary>
/// <param name="Asked">Every metric that was asked for.</param>
/// <param name="Due">Those of them that the caller has to fetch.</param>
/// <param name="Fetches">What to wait for: the caller's own fetch, if it has one, and those of others.</param>
internal sealed record CacheLookup(CachedMetric[] Asked, List<CachedMetric> Due, List<Task> Fetches);
