using System.Collections.Concurrent;
using AutoScaling.Metrics;

namespace AutoScaling;

/// <summary>Keeps the readings of another source for a short time, so that all who ask for a target share one request. Thread-safe.</summary>
/// <remarks>
/// <para>Within the time to live the kept answer is given, at once and without allocating. After it the source is asked once, however many ask for the
/// target meanwhile. That fetch does not belong to a caller: a cancelled caller stops waiting, and neither the others nor the fetch notice; the fetch
/// ends by itself at the fetch timeout, or when the cache is disposed. An answer that comes too late for its callers serves the next ones.</para>
/// <para>When the source fails (it throws, does not answer in time, or answers <see cref="MetricStatus.Failed"/> for a metric), the last value is given
/// with the time at which it was measured: as usable up to <see cref="MetricsCacheOptions.MaxStaleAge"/>, then as <see cref="MetricStatus.Stale"/> with
/// its age and the source's error. If nothing was ever read of the target, the source's exception is thrown. A metric that the source says has no
/// value is never replaced by an older value.</para>
/// <para>Targets that are no longer asked for are forgotten once the time to live and the stale age have passed. The source is not disposed by the cache.</para>
/// <para>Ideas from FusionCache (fail-safe, timeouts) and HybridCache (one fetch for all), on a clock that tests can turn.</para>
/// </remarks>
public sealed class CachingMetricsProvider : IMetricsProvider, IDisposable
{
    private static readonly TimeSpan LeastSweepInterval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposed;
    private readonly IMetricsProvider _source;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeToLive, _maxStaleAge, _failureTimeToLive, _fetchTimeout;
    private long _sweptAt;

    /// <summary>Creates a cache in front of a source.</summary>
    /// <param name="source">The source to ask.</param>
    /// <param name="timeProvider">Tells when answers expire.</param>
    /// <param name="options">How long answers are kept; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ScalingException">An option breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public CachingMetricsProvider(IMetricsProvider source, TimeProvider timeProvider, MetricsCacheOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(timeProvider);
        options ??= new();
        if (options.Errors() is { Count: > 0 } errors) throw new ScalingException(errors);
        _source = source;
        _time = timeProvider;
        _timeToLive = options.TimeToLive;
        _maxStaleAge = options.MaxStaleAge;
        _failureTimeToLive = options.FailureTimeToLive;
        _fetchTimeout = options.FetchTimeout;
        _disposed = _disposal.Token;
        _sweptAt = timeProvider.GetTimestamp();
    }

    internal int Count => _entries.Count;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public ValueTask<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        return _entries.TryGetValue(target.Name, out var entry) && entry.Answer is { } answer && IsFresh(answer)
            ? new(answer.Readings)
            : AskAsync(target, cancellationToken);
    }

    /// <summary>Cancels the running fetches.</summary>
    public void Dispose()
    {
        if (_disposed.IsCancellationRequested) return;
        _disposal.Cancel();
        _disposal.Dispose();
    }

    private async ValueTask<ServiceMetrics> AskAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var entry = _entries.GetOrAdd(target.Name, static _ => new());
            TaskCompletionSource<ServiceMetrics>? started = null;
            Task<ServiceMetrics> readings;
            lock (entry)
            {
                if (entry.IsForgotten) continue;
                if (entry.Answer is { } answer && IsFresh(answer)) readings = answer.Readings; // It came since we looked.
                else readings = (entry.Fetch ??= started = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (started is not null) _ = FetchAsync(target, entry, started);
            return await readings.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Never throws: what goes wrong is the answer.
    private async Task FetchAsync(ScalingTarget target, Entry entry, TaskCompletionSource<ServiceMetrics> fetch)
    {
        var kept = entry.Answer?.Kept ?? LastReadings.None;
        Exception? failure = null;
        try
        {
            var fetched = await FetchAsync(target).ConfigureAwait(false);
            kept = kept.After(fetched, _time.GetTimestamp());
        }
        catch (Exception error) // Whatever a source throws is expected here, its own timeouts included.
        {
            failure = error;
            kept = kept.AfterFailure(error.Message);
        }

        // Kept before it is given: whoever has it and asks again later finds how old it is by then.
        var readings = failure is not null && kept.IsEmpty ? null : kept.At(_time, _maxStaleAge);
        var life = failure is null && !kept.HasFailures ? _timeToLive : _failureTimeToLive;
        lock (entry)
        {
            entry.Answer = new(fetch.Task, kept, _time.GetTimestamp(), life);
            entry.Fetch = null;
        }

        if (readings is not null) fetch.SetResult(readings);
        else fetch.SetException(failure!);
        _ = fetch.Task.Exception; // Seen, even if every caller has gone.

        Sweep();
    }

    private async Task<ServiceMetrics> FetchAsync(ScalingTarget target)
    {
        using var timeout = new CancellationTokenSource(_fetchTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _disposed);
        var answer = _source.GetMetricsAsync(target, stop.Token).AsTask();
        try
        {
            return await answer.WaitAsync(stop.Token).ConfigureAwait(false) ?? throw new InvalidOperationException("the source answered null");
        }
        catch (Exception error) when (stop.IsCancellationRequested)
        {
            // The source may have ignored its token: it is left behind, and what it throws later is nobody's business.
            _ = answer.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            throw new TimeoutException(FormattableString.Invariant($"the source did not answer within {_fetchTimeout.TotalSeconds} s"), error);
        }
    }

    private bool IsFresh(Answer answer) => _time.GetElapsedTime(answer.At) < answer.Life;

    // On the way of a fetch, so that an idle cache does no work; the cost is spread over the fetches of one interval.
    private void Sweep()
    {
        var idle = _timeToLive + _maxStaleAge;
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (_time.GetElapsedTime(sweptAt) < (idle > LeastSweepInterval ? idle : LeastSweepInterval)) return;
        if (Interlocked.CompareExchange(ref _sweptAt, _time.GetTimestamp(), sweptAt) != sweptAt) return;
        foreach (var pair in _entries)
        {
            lock (pair.Value)
            {
                // Whoever asks fetches at least once per time to live, so an old answer means that nobody asked.
                if (pair.Value.Fetch is not null || pair.Value.Answer is not { } answer || _time.GetElapsedTime(answer.At) < idle) continue;
                pair.Value.IsForgotten = _entries.TryRemove(pair);
            }
        }
    }

    private sealed class Entry
    {
        private volatile Answer? _answer;

        public Answer? Answer
        {
            get => _answer;
            set => _answer = value;
        }

        public TaskCompletionSource<ServiceMetrics>? Fetch { get; set; }

        public bool IsForgotten { get; set; }
    }

    private sealed record Answer(Task<ServiceMetrics> Readings, LastReadings Kept, long At, TimeSpan Life);
}
