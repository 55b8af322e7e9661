using AutoScaling.Evaluating;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Hosting;

/// <summary>
/// Evaluates what is due. A worker on the pool takes one target after the other, as most evaluations end at once; before each it has
/// another worker queued, so that a port that blocks its thread holds up no other target. Nor does it take one of the places for longer
/// than an evaluation may: at the deadline of its call a new thread goes on in its place.
/// </summary>
/// <param name="schedule">What is due.</param>
/// <param name="runner">Evaluates.</param>
/// <param name="wake">Wakes the loop.</param>
/// <param name="logger">Is told what goes wrong.</param>
/// <param name="most">How many are evaluated at once.</param>
/// <param name="stopping">Ends it.</param>
/// <param name="until">Up to which time targets are due, after which it ends; <see langword="null"/>: it goes on.</param>
internal sealed class DispatchRun(
    Schedule schedule, TargetRunner runner, WakeUp wake, ILogger logger, int most, CancellationToken stopping, long? until = null)
    : IThreadPoolWorkItem, IOvertaker
{
    // Others want the pool's threads, too.
    private const int TurnsOfAWorker = 64;

    // A store that did not answer when a target was taken over may do so before the target is due again.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

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
            lock (_lock) return _running < most && runner.Terms.Leads;
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
        Work();
    }

    void IOvertaker.Overtake(object target)
    {
        // Not on the pool: those who block its threads may have left it none.
        var managed = (ManagedTarget)target;
        new Thread(() => GoOn(managed)) { IsBackground = true, Name = "AutoScaling" }.UnsafeStart();
    }

    private void GoOn(ManagedTarget target)
    {
        Log.ThreadLost(logger, target.Target);
        Run(target, target.Taken, goesOn: true);
        Work();
    }

    private void Work()
    {
        for (var turn = 0; turn < TurnsOfAWorker; turn++)
        {
            if (Take() is not var (target, due)) return;
            Pump();
            Run(target, due, goesOn: false);
        }

        Pump();
    }

    private void Run(ManagedTarget target, long due, bool goesOn)
    {
        var evaluation = RunAsync(target, due, goesOn);
        if (!evaluation.IsCompletedSuccessfully) _ = WaitAsync(evaluation.AsTask(), target);
        else if (evaluation.Result) Done(target);
    }

    private (ManagedTarget Target, long Due)? Take()
    {
        lock (_lock)
        {
            if (_isOver || _running >= most) return null;
            if (!stopping.IsCancellationRequested && runner.Terms.Leads && Next() is { } next)
            {
                _running++;
                Count++;
                return next;
            }

            if (until is not null || stopping.IsCancellationRequested) End();
            return null;
        }
    }

    /// <summary>The next target that is due. One that another host looks after leaves the schedule until it is taken.</summary>
    private (ManagedTarget Target, long Due)? Next()
    {
        while (schedule.Take(until ?? schedule.Now) is { } next)
        {
            if (runner.Terms.Has(next.Target)) return next;
        }

        return null;
    }

    /// <returns>Whether the evaluation has ended; not if another thread has gone on with it.</returns>
    private async ValueTask<bool> RunAsync(ManagedTarget target, long due, bool goesOn)
    {
        var hasEnded = true;
        try
        {
            await runner.EvaluateAsync(target, TimeSpan.FromTicks(schedule.Now - due), this, goesOn, stopping).ConfigureAwait(false);
        }
        catch (OvertakenException)
        {
            hasEnded = false;
            Log.ThreadIsBack(logger, target.Target);
        }
        catch (ScalingException) when (!runner.Terms.IsAlone)
        {
            // Another copy evaluates it, or nobody does, as it was found to be disabled.
        }
        finally
        {
            if (hasEnded) schedule.AddNext(target, due);
            if (hasEnded && runner.Terms.IsWaiting(target)) schedule.SetAtLatest(target, schedule.Now + Again.Ticks);
        }

        return hasEnded;
    }

    private async Task WaitAsync(Task<bool> evaluation, ManagedTarget target)
    {
        try
        {
            if (!await evaluation.ConfigureAwait(false)) return;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // It was ended in mid-evaluation: nothing was decided, so there is nothing to record.
        }
        catch (Exception e)
        {
            Trouble ??= e;
            var error = Phrase.Of(e);
            Log.EvaluationBroke(logger, target.Target, error, e);
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
