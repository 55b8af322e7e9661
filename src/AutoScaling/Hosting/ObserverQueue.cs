using AutoScaling.Evaluating;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Hosting;

/// <summary>
/// What one observer is yet to be told, in its order, by a worker of its own. One that hangs is given up at its deadline: it loses what
/// waits for it and what follows, until it has come back.
/// </summary>
/// <param name="observer">The observer.</param>
/// <param name="most">How many records may wait for it.</param>
/// <param name="limit">How long it may take for one.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told what goes wrong.</param>
internal sealed class ObserverQueue(IScalingObserver observer, Func<int> most, TimeSpan limit, TimeProvider time, ILogger logger)
    : IThreadPoolWorkItem
{
    private const string Failing = "failing";

    // Timers count whole milliseconds: half of one would be none.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<ScalingRecord> _waiting = new();
    private readonly List<(long Number, TaskCompletionSource Told)> _drains = [];
    private readonly Troubles _troubles = new();
    private ITimer? _timer;
    private bool _isWorking;
    private bool _hangs;
    private long? _since; // when it was told of the record that it has not come back from
    private long _added;
    private long _done;
    private long _lost;
    private string? _error;

    private string Name => observer.GetType().Name;

    /// <summary>What is wrong with it, as a sentence; <see langword="null"/> if nothing is.</summary>
    public string? Trouble
    {
        get
        {
            lock (_lock)
            {
                return _hangs && _since is { } since
                    ? $"The observer {Name} has not come back from a record for {Phrase.Of(time.GetElapsedTime(since))}; {Lost}."
                    : _error is not null ? $"The observer {Name} failed: {_error}."
                    : _lost > 0 ? $"The observer {Name} is too slow; {Lost}."
                    : null;
            }
        }
    }

    private string Lost => $"{_lost} {(_lost == 1 ? "record was" : "records were")} lost";

    /// <summary>Has it told of an evaluation. Waits for nothing.</summary>
    public void Add(ScalingRecord record)
    {
        int waiting;
        lock (_lock)
        {
            waiting = _waiting.Count;
            if (!_hangs && waiting < most())
            {
                _waiting.Enqueue(record);
                _added++;
                if (_isWorking) return;
                _isWorking = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            if (_lost++ > 0 || _hangs) return;
        }

        Log.ObserverIsSlow(logger, Name, waiting);
    }

    /// <summary>Waits until it was told all that waits now, or has lost it; no longer than for one record.</summary>
    public async Task DrainAsync()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_hangs || _done >= _added) return;
            _drains.Add((_added, told));
        }

        try
        {
            await told.Task.WaitAsync(limit, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on by itself.
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (Next() is { } record)
        {
            var error = Tell(record);
            long? lost;
            lock (_lock) lost = CameBack(error);
            if (lost is { } count) Log.ObserverIsBack(logger, Name, count);
        }
    }

    private ScalingRecord? Next()
    {
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out var record))
            {
                _isWorking = false;
                return null;
            }

            _since = time.GetTimestamp();
            if (_timer is null) StartTimer();
            return record;
        }
    }

    /// <returns>Why it failed; <see langword="null"/> if it did not.</returns>
    private string? Tell(ScalingRecord record)
    {
        try
        {
            observer.OnEvaluated(record);
            _troubles.IsOver(Failing);
            return null;
        }
        catch (Exception e)
        {
            // An observer's fault must not stop the evaluation it looks at.
            var (error, trace) = (Phrase.Of(e), EvaluationLog.Trace(e));
            var level = _troubles.Level(Failing, null, error);
            Log.ObserverFailed(logger, level, Name, error, trace);
            return error;
        }
    }

    /// <returns>How many records it has lost, if it is over that it loses them.</returns>
    private long? CameBack(string? error)
    {
        _error = error;
        _since = null;
        _done++;
        var isOver = _lost > 0 && (_hangs || _waiting.Count == 0);
        var isBack = _hangs;
        _hangs = false;
        End(_done);
        if (!isOver && !isBack) return null;
        var lost = _lost;
        _lost = 0;
        return lost;
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (!_isWorking)
            {
                _timer!.Dispose();
                _timer = null;
                return;
            }

            var left = _since is { } since && !_hangs ? limit - time.GetElapsedTime(since) : limit;
            if (left > TimeSpan.Zero)
            {
                _timer!.Change(left < Least ? Least : left, Timeout.InfiniteTimeSpan);
                return;
            }

            _hangs = true;
            _lost += _waiting.Count;
            _done += _waiting.Count;
            _waiting.Clear();
            End(long.MaxValue);
            _timer!.Change(limit, Timeout.InfiniteTimeSpan);
        }

        var within = Phrase.Of(limit);
        Log.ObserverHangs(logger, Name, within);
    }

    private void StartTimer()
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static queue => ((ObserverQueue)queue!).OnTimer(), this, limit, Timeout.InfiniteTimeSpan);
    }

    private void End(long done)
    {
        for (var i = _drains.Count - 1; i >= 0; i--)
        {
            if (_drains[i].Number > done) continue;
            _drains[i].Told.SetResult();
            _drains.RemoveAt(i);
        }
    }
}
