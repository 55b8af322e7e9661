using AutoScaling.Evaluating;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>The hosted loop: one scheduler and one timer for all targets, evaluations on the thread pool, a bounded number at once.</summary>
internal sealed class ScalingLoop(
    AutoScaler autoScaler, TargetRegistry targets, Schedule schedule, Evaluator evaluator, LeaderGate gate, StateKeeper keeper, TimeProvider time, IOptions<AutoScalingOptions> options, ILogger<IAutoScaler> logger) : BackgroundService
{
    // How often sources of policies are looked at when nothing is due.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // What is due within this time is started together: with ten thousand targets, waking the pool for each alone would cost more than evaluating it.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(25);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private long _nextWake;
    private bool _stopped;

    /// <summary>Loads what was saved and all policies first: a host whose configuration is wrong does not start. One of several copies loads what was saved when it comes to lead.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        evaluator.Changed = (_, record) => keeper.Changed(record);
        if (!gate.IsElected) targets.Adopt(await keeper.LoadAsync(cancellationToken).ConfigureAwait(false));
        targets.Start();
        if (targets.Count == 0) Log.NothingToDo(logger);
        else Log.Started(logger, targets.Count);
        await gate.StartAsync(Wake, cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets what is under way end, and saves; also when the host stops before the loop has begun.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        var drained = false;
        try
        {
            await DrainAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            drained = true;
        }
        catch (OperationCanceledException)
        {
            // The host waits no longer; what is remembered by now is saved all the same.
        }

        await keeper.SaveLastAsync().ConfigureAwait(false);

        // While something is still under way no other copy may begin.
        if (drained) await gate.ResignAsync(cancellationToken).ConfigureAwait(false);
        Log.Stopped(logger);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        autoScaler.Woken = Wake;
        var timer = time.CreateTimer(static loop => ((ScalingLoop)loop!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            try
            {
                while (true)
                {
                    await gate.FollowAsync((term, remembered) => TakeOverAsync(term, remembered, stoppingToken)).ConfigureAwait(false);
                    if (options.Value.RunLoop)
                    {
                        targets.Reload();
                        Pump(stoppingToken);
                    }

                    keeper.SaveIfDue();
                    var wait = UntilNext();
                    Volatile.Write(ref _nextWake, schedule.Now + wait.Ticks);
                    timer.Change(wait, Timeout.InfiniteTimeSpan);
                    await _wake.WaitAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops.
            }
        }
    }

    /// <summary>Goes on where the copy that led before stopped.</summary>
    private async Task TakeOverAsync(LeaderTerm term, bool remembered, CancellationToken stopping)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(term.Ended, stopping);
        if (!remembered) await targets.ReplaceStatesAsync(await keeper.LoadAsync(ends.Token).ConfigureAwait(false), ends.Token).ConfigureAwait(false);
        schedule.Restart(targets.All);
    }

    /// <summary>Starts what is due, as long as fewer than the most allowed are running. Called by the scheduler, and by each evaluation that ends.</summary>
    private void Pump(CancellationToken stopping)
    {
        if (gate.Term is null) return;
        var now = schedule.Now;
        lock (_lock)
        {
            while (!stopping.IsCancellationRequested && _running < options.Value.MaxConcurrency && schedule.Take(now) is var (target, due))
            {
                _running++;

                // On the pool: a port that blocks its thread holds up neither the scheduler nor the other targets.
                ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Loop.RunAsync(work.target, work.due, work.stopping), (Loop: this, target, due, stopping), preferLocal: false);
            }
        }
    }

    private async Task RunAsync(ManagedTarget target, long due, CancellationToken stopping)
    {
        try
        {
            await autoScaler.RunAsync(target, due, stopping).ConfigureAwait(false);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The host stops in mid-evaluation: nothing was decided, so there is nothing to record.
        }
        finally
        {
            lock (_lock)
            {
                _running--;
                if (_running == 0 && _stopped) _idle.TrySetResult();
            }

            Pump(stopping);
            if (target.Due != 0 && target.Due < Volatile.Read(ref _nextWake)) Wake();
        }
    }

    /// <summary>Waits for what is under way, by the loop or by hand, so that the last save holds it.</summary>
    private async Task DrainAsync()
    {
        lock (_lock)
        {
            _stopped = true;
            if (_running == 0) _idle.TrySetResult();
        }

        await _idle.Task.ConfigureAwait(false);
        foreach (var target in targets.All.Where(t => t.Turn.CurrentCount == 0))
        {
            await target.Turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            target.Turn.Release();
        }
    }

    private TimeSpan UntilNext()
    {
        lock (_lock)
        {
            // When all places are taken, the next evaluation that ends starts what is due.
            if (!options.Value.RunLoop || gate.Term is null || _running >= options.Value.MaxConcurrency || schedule.UntilNext() is not { } next) return Idle;
            return next < Together ? Together : next < Idle ? next : Idle;
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or gone.
        }
    }
}
