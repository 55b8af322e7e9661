using AutoScaling.Evaluating;
using Microsoft.Extensions.Options;

namespace AutoScaling.Hosting;

/// <summary>Has what is due evaluated on the thread pool, a bounded number at once: for the loop, and for who ticks by hand.</summary>
internal sealed class Dispatcher(
    Schedule schedule,
    TargetRunner runner,
    Observers observers,
    WakeUp wake,
    IOptions<AutoScalingOptions> options,
    QuietLogger<IAutoScaler> logger)
{
    /// <summary>Begins to evaluate what is due, from now on.</summary>
    /// <param name="stopping">Ends it.</param>
    public DispatchRun Begin(CancellationToken stopping) => new(schedule, runner, wake, logger, options.Value.MaxConcurrency, stopping);

    /// <summary>Evaluates what is due now, and waits for it, and until all observers know.</summary>
    /// <returns>How many were evaluated.</returns>
    /// <exception cref="OperationCanceledException">It was ended. What it did not come to is as due as it was.</exception>
    public async Task<int> RunDueAsync(CancellationToken stopping)
    {
        var run = new DispatchRun(schedule, runner, wake, logger, options.Value.MaxConcurrency, stopping, until: schedule.Now);
        run.Pump();
        await run.Ended.ConfigureAwait(false);
        await observers.DrainAsync().ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
        return run.Trouble is { } trouble ? throw trouble : run.Count;
    }
}
