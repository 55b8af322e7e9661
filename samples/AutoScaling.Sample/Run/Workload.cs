using AutoScaling.Sample.Load;
using AutoScaling.Sample.Work;

namespace AutoScaling.Sample.Run;

/// <summary>The load, and the dispatcher that it goes to.</summary>
internal sealed class Workload(ILoad load, SampleOptions options, TimeProvider time) : IAsyncDisposable
{
    // How often arrivals are looked at: far below what a person or the autoscaler can tell.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private Task _arrivals = Task.CompletedTask;

    public ILoad Load => load;

    public Dispatcher Dispatcher { get; } = new(time);

    /// <summary>Lets the jobs begin to arrive.</summary>
    public void Start() => _arrivals = AddJobsAsync(time.GetTimestamp(), _stop.Token);

    /// <summary>No job arrives any more but those that are due by now.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _arrivals;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Dispatcher.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AddJobsAsync(long start, CancellationToken stop)
    {
        foreach (var job in Arrivals.Of(load, options.Duration, options.Seed))
        {
            while (time.GetElapsedTime(start) < job.Due)
            {
                // Looked at here alone: on a busy machine this lags behind, and runs of one seed have the same jobs all the same.
                if (stop.IsCancellationRequested) return;
                await Task.Delay(Step, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            Dispatcher.Add(job);
        }
    }
}
