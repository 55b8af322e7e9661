namespace AutoScaling.Hosting;

/// <summary>
/// Evaluates what is due. A worker on the pool takes one target after the other, as most evaluations end at once; before each it has
/// another worker queued, so that a port that blocks its thread holds up no other target.
/// </summary>
/// <param name="schedule">What is due.</param>
/// <param name="runner">Evaluates.</param>
/// <param name="wake">Wakes the loop.</param>
/// <param name="most">How many are evaluated at once.</param>
/// <param name="stopping">Ends it.</param>
/// <param name="until">Up to which time targets are due, after which it ends; <see langword="null"/>: it goes on.</param>
internal sealed class DispatchRun(
    Schedule schedule, TargetRunner runner, WakeUp wake, int most, CancellationToken stopping, long? until = null)
    : IThreadPoolWorkItem
{
    // Others want the pool's threads, too.
    private const int TurnsOfAWorker = 64;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isQueued;
    private bool _isOver;
    private int _running;

    /// <summary>Ends when nothing is under way, and nothing follows.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How many were taken.</summary>
    public int Count { get; private set; }

    /// <summary>What nobody expected, of several the first.</summary>
    public Exception? Trouble { get; private set; }

    /// <summary>Whether more may be evaluated now: this copy leads, and fewer than the most are under way.</summary>
    public bool MayTake
    {
        get
        {
            lock (_lock) return _running < most && runner.Leads;
        }
    }

    /// <summary>Has somebody take what is due.</summary>
    public void Pump()
    {
        lock (_lock)
        {
            if (_isQueued || _isOver || _running >= most) return;
            _isQueued = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes nothing any longer, and waits for what is under way.</summary>
    public Task EndAsync()
    {
        lock (_lock) End();
        return Ended;
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock) _isQueued = false;
        for (var turn = 0; turn < TurnsOfAWorker; turn++)
        {
            if (Take() is not var (target, due)) return;
            Pump();
            var evaluation = RunAsync(target, due);
            if (evaluation.IsCompletedSuccessfully) Done(target);
            else _ = WaitAsync(evaluation.AsTask(), target);
        }

        Pump();
    }

    private (ManagedTarget Target, long Due)? Take()
    {
        lock (_lock)
        {
            if (_isOver || _running >= most) return null;
            if (!stopping.IsCancellationRequested && runner.Leads && schedule.Take(until ?? schedule.Now) is { } next)
            {
                _running++;
                Count++;
                return next;
            }

            if (until is not null || stopping.IsCancellationRequested) End();
            return null;
        }
    }

    private async ValueTask RunAsync(ManagedTarget target, long due)
    {
        try
        {
            await runner.EvaluateAsync(target, TimeSpan.FromTicks(schedule.Now - due), stopping).ConfigureAwait(false);
        }
        catch (ScalingException) when (!runner.Leads)
        {
            // Another copy evaluates it.
        }
        finally
        {
            schedule.AddNext(target, due);
        }
    }

    private async Task WaitAsync(Task evaluation, ManagedTarget target)
    {
        try
        {
            await evaluation.ConfigureAwait(false);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // It was ended in mid-evaluation: nothing was decided, so there is nothing to record.
        }
        catch (Exception e)
        {
            Trouble ??= e;
        }

        Done(target);
        Pump();
    }

    private void Done(ManagedTarget target)
    {
        lock (_lock)
        {
            _running--;
            if (_isOver) End();
        }

        wake.WakeBy(target.Due);
    }

    private void End()
    {
        _isOver = true;
        if (_running == 0) _ended.TrySetResult();
    }
}
