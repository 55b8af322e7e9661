using AutoScaling.Evaluating;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Hosting;

/// <summary>The hosted loop: one scheduler and one timer for all targets.</summary>
internal sealed class ScalingLoop(
    TargetRegistry targets,
    Schedule schedule,
    Dispatcher dispatcher,
    Observers observers,
    Succession succession,
    WakeUp wake,
    QuietLogger<IAutoScaler> logger)
    : BackgroundService
{
    // How often sources of policies are looked at when nothing is due.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // What is due within this time is started together: with ten thousand targets, waking the pool for each alone would cost more than
    // evaluating it.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(25);

    private DispatchRun? _run;

    /// <summary>Loads what was saved and all policies first: a host whose configuration is wrong does not start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await succession.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (targets.Count == 0) Log.NothingToDo(logger);
        else Log.Started(logger, targets.Count);
        await succession.JoinAsync(cancellationToken).ConfigureAwait(false);
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

        await succession.EndAsync(drained, cancellationToken).ConfigureAwait(false);
        await observers.DrainAsync().ConfigureAwait(false);
        Log.Stopped(logger);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _run = dispatcher.Begin(stoppingToken);
        try
        {
            while (true)
            {
                await succession.FollowAsync(stoppingToken).ConfigureAwait(false);
                if (schedule.RunsByItself) await targets.ReloadAsync(stoppingToken).ConfigureAwait(false);
                var now = schedule.Now;
                if (schedule.RunsByItself) _run.Pump();
                succession.SaveIfDue();

                // From before the pump on, so that what has become due since then is not slept over. Nor is what somebody makes due before
                // the others know until when the loop sleeps, nor a jump of the time before the timer is set.
                wake.Until = Until(_run, now);
                var until = Math.Min(wake.Until, Until(_run, now));
                var sleep = wake.SleepAsync(new(Math.Max(1, until - schedule.Now)), stoppingToken);
                if (schedule.Now >= until) wake.Wake();
                await sleep.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Waits for what is under way, by the loop or by hand, so that the last save holds it.</summary>
    private async Task DrainAsync()
    {
        if (_run is not null) await _run.EndAsync().ConfigureAwait(false);
        foreach (var target in targets.All.Where(t => t.Turn.IsTaken))
        {
            await target.Turn.EnterAsync(CancellationToken.None).ConfigureAwait(false);
            target.Turn.Leave();
        }
    }

    /// <summary>Until when the loop sleeps.</summary>
    /// <param name="run">Evaluates what is due.</param>
    /// <param name="now">What was due then is being evaluated.</param>
    private long Until(DispatchRun run, long now)
    {
        // When all places are taken, the next evaluation that ends takes what is due.
        if (!schedule.RunsByItself || !run.MayTake || schedule.NextDue is not { } next) return now + Idle.Ticks;
        return Math.Clamp(next, now + Together.Ticks, now + Idle.Ticks);
    }
}
