using System.Collections.Concurrent;
using AutoScaling.Metrics;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>
/// Keeps each reading of another source for a short time, so that all who ask for a metric of a target share one request. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Within its time to live a reading is given from the cache; the same request again is answered at once and without allocating. What has
/// expired, or was never asked for, is fetched in one call to the source, and nothing else is. A metric of a target is fetched once,
/// however many ask for it meanwhile. That fetch does not belong to a caller: a cancelled caller stops waiting, and neither the others nor
/// the fetch notice. The fetch ends by itself at the fetch timeout, or when the cache is disposed. An answer that comes too late for its
/// callers serves the next ones.
/// </para>
/// <para>
/// A metric that the source cannot read (it throws, does not answer in time, or answers <see cref="MetricStatus.Failed"/>) is asked for
/// again after the failure's own time to live; the other metrics are kept as long as ever. Meanwhile its last value is given with the time
/// at which it was measured: as usable up to <see cref="MetricsCacheOptions.MaxStaleAge"/>, then as <see cref="MetricStatus.Stale"/> with
/// its age and the source's error. If the source has never answered for any of the metrics that are asked for, its exception is thrown. A
/// metric that the source says has no value, or leaves out, is <see cref="MetricStatus.Missing"/>, and is never replaced by an older value.
/// </para>
/// <para>
/// Metrics and targets that are no longer asked for are forgotten once the time to live and the stale age have passed. The source is not
/// disposed by the cache.
/// </para>
/// <para>Ideas from FusionCache (fail-safe, timeouts) and HybridCache (one fetch for all), on a clock that tests can turn.</para>
/// </remarks>
public sealed class CachingMetricsProvider : IMetricsProvider, IDisposable
{
    private static readonly TimeSpan LeastSweepInterval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, CachedTarget> _targets = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposed;
    private readonly IMetricsProvider _source;
    private readonly TimeProvider _time;
    private readonly MetricsCacheOptions _options;
    private readonly TimeSpan _idle;
    private long _sweptAt;

    /// <summary>Creates a cache in front of a source.</summary>
    /// <param name="source">The source to ask.</param>
    /// <param name="timeProvider">Tells when readings expire.</param>
    /// <param name="options">
    /// How long readings are kept; <see langword="null"/> for the defaults. Later changes of it have no effect.
    /// </param>
    /// <exception cref="ScalingException">An option breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public CachingMetricsProvider(IMetricsProvider source, TimeProvider timeProvider, MetricsCacheOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _options = options?.Copy() ?? new();
        if (_options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        _source = source;
        _time = timeProvider;
        var (kept, stale) = (_options.TimeToLive, _options.MaxStaleAge);
        _idle = kept < TimeSpan.MaxValue - stale ? kept + stale : TimeSpan.MaxValue;
        _disposed = _disposal.Token;
        _sweptAt = timeProvider.GetTimestamp();
    }

    internal int Count => _targets.Count;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        return _targets.TryGetValue(request.Target.Name, out var target) && target.Answer is { } answer && answer.IsFor(request, _time)
            ? answer.Readings
            : AskAsync(request, cancellationToken);
    }

    /// <summary>Cancels the running fetches.</summary>
    public void Dispose()
    {
        if (_disposed.IsCancellationRequested) return;
        _disposal.Cancel();
        _disposal.Dispose();
    }

    private async ValueTask<ServiceMetrics> AskAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var target = _targets.GetOrAdd(request.Target.Name, static _ => new());
            var fetch = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (target.Find(request, fetch.Task, _time) is not { } found) continue;

            if (found.Due.Count > 0) _ = FetchAsync(target, request.Target, found.Due, fetch);
            foreach (var underWay in found.Fetches) await underWay.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await target.Give(request, found.Asked, _time, _options.MaxStaleAge).Readings.ConfigureAwait(false);
        }
    }

    // Never throws, because no caller waits for it: what goes wrong is kept, and told to those who ask.
    private async Task FetchAsync(CachedTarget cached, ScalingTarget target, List<CachedMetric> due, TaskCompletionSource fetch)
    {
        List<LastReading> last;
        try
        {
            var answer = await FetchAsync(new MetricsRequest(target, [.. due.Select(one => one.Metric)])).ConfigureAwait(false);
            var fetchedAt = _time.GetTimestamp();
            last = due.ConvertAll(metric => metric.Last.After(answer[metric.Metric], fetchedAt));
        }
        catch (Exception error)
        {
            // Whatever a source throws is expected here, its own timeouts included.
            last = due.ConvertAll(metric => metric.Last.After(error));
        }

        // It is kept before it is given, so that a caller who has it and asks again finds it.
        cached.Take(due, last, _time.GetTimestamp(), _options);
        fetch.SetResult();
        Sweep();
    }

    private async Task<ServiceMetrics> FetchAsync(MetricsRequest request)
    {
        using var timeout = new CancellationTokenSource(_options.FetchTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _disposed);
        var answer = _source.GetMetricsAsync(request, stop.Token).AsTask();
        try
        {
            return await answer.WaitAsync(stop.Token).ConfigureAwait(false)
                ?? throw new InvalidOperationException("the source answered null");
        }
        catch (Exception error) when (stop.IsCancellationRequested)
        {
            // The source may have ignored its token. Then nobody waits for its call any more, and what it throws later is looked at here,
            // so that it does not count as unobserved.
            const TaskContinuationOptions OnError = TaskContinuationOptions.OnlyOnFaulted;
            _ = answer.ContinueWith(static late => late.Exception, CancellationToken.None, OnError, TaskScheduler.Default);
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            throw new TimeoutException($"the source did not answer within {Phrase.Exact(_options.FetchTimeout)}", error);
        }
    }

    // Runs after a fetch, not by a timer, so that a cache that nobody asks does no work.
    private void Sweep()
    {
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (_time.GetElapsedTime(sweptAt) < (_idle > LeastSweepInterval ? _idle : LeastSweepInterval)) return;
        if (Interlocked.CompareExchange(ref _sweptAt, _time.GetTimestamp(), sweptAt) != sweptAt) return;
        foreach (var pair in _targets) pair.Value.Sweep(_idle, _time, () => _targets.TryRemove(pair));
    }
}
