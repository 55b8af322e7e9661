namespace AutoScaling.Evaluating;

/// <summary>
/// The deadlines of all calls that are under way, each as far away as the others, on one timer. Most ports answer at once, and a source of
/// cancellation with a timer of its own for each of their calls would cost more than the evaluation.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="wait">How far away a deadline is when it begins.</param>
/// <param name="held">Counts the threads that ports block.</param>
internal sealed class Deadlines(TimeProvider time, TimeSpan wait, HeldThreads held) : IDisposable
{
    private const int MostFree = 1024;

    private readonly Lock _lock = new();
    private readonly Stack<Deadline> _free = new();
    private readonly long _ticks = (long)(wait.TotalSeconds * time.TimestampFrequency);

    // In the order in which they come, as all are equally far away.
    private Deadline? _first;
    private Deadline? _last;
    private ITimer? _timer;
    private bool _timerIsSet;
    private volatile bool _isOver;

    /// <summary>Begins a deadline. Give it back by <see cref="End"/>.</summary>
    /// <param name="stopping">Ends it before its time.</param>
    public Deadline Begin(CancellationToken stopping)
    {
        var deadline = Free(stopping);
        lock (_lock)
        {
            deadline.Due = time.GetTimestamp() + _ticks;
            deadline.Previous = _last;
            if (_last is null) _first = deadline;
            else _last.Next = deadline;
            _last = deadline;
            if (!_timerIsSet) SetTimer(wait);
        }

        return deadline;
    }

    /// <summary>Takes a deadline back: nothing waits for it any longer.</summary>
    public void End(Deadline deadline)
    {
        lock (_lock)
        {
            if (!deadline.HasCome) Remove(deadline);
            if (_free.Count < MostFree && deadline.TryReset())
            {
                _free.Push(deadline);
                return;
            }
        }

        deadline.Dispose();
    }

    /// <summary>All of them have come: nothing that is under way is waited for.</summary>
    public void Dispose()
    {
        _isOver = true;
        _timer?.Dispose();
        OnTimer();
    }

    private Deadline Free(CancellationToken stopping)
    {
        while (true)
        {
            Deadline? deadline;
            lock (_lock) _free.TryPop(out deadline);
            deadline ??= new(wait);
            if (deadline.Follow(stopping)) return deadline;

            // What it had followed before has ended it meanwhile.
            deadline.Dispose();
        }
    }

    private void OnTimer()
    {
        List<Deadline>? overtaken = null;
        lock (_lock)
        {
            _timerIsSet = false;
            var now = time.GetTimestamp();
            while (_first is { } first && (first.Due <= now || _isOver))
            {
                Remove(first);
                first.HasCome = true;
                if (first.TryOvertake(held)) (overtaken ??= []).Add(first);

                // What a port does when it is cancelled may block; then it blocks no other target's deadline.
                ThreadPool.UnsafeQueueUserWorkItem(static deadline => deadline.Cancel(), first, preferLocal: false);
            }

            if (_first is { } next) SetTimer(time.GetElapsedTime(now, next.Due));
        }

        foreach (var deadline in overtaken ?? []) deadline.GoOn();
    }

    private void SetTimer(TimeSpan until)
    {
        // Timers count whole milliseconds: half of one would be none.
        var due = until < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : until;
        _timerIsSet = true;
        if (_timer is not null)
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
            return;
        }

        // Not in the context of whoever happened to evaluate first.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static deadlines => ((Deadlines)deadlines!).OnTimer(), this, due, Timeout.InfiniteTimeSpan);
    }

    private void Remove(Deadline deadline)
    {
        if (deadline.Previous is null) _first = deadline.Next;
        else deadline.Previous.Next = deadline.Next;
        if (deadline.Next is null) _last = deadline.Previous;
        else deadline.Next.Previous = deadline.Previous;
        deadline.Previous = deadline.Next = null;
    }
}
