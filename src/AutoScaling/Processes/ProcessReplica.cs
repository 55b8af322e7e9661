using System.Diagnostics.CodeAnalysis;
using AutoScaling.Programs;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Processes;

/// <summary>
/// One replica: a name under which one process is kept running, from the scaling that added it to the end of the one that removed it.
/// </summary>
/// <param name="name">The replica's name.</param>
/// <param name="spec">What to run, as it is now.</param>
/// <param name="gate">The lock of the target that the replica belongs to; it guards what can change here.</param>
/// <param name="launcher">Starts the process again after it ended by itself.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer has nothing to release, and Stop may come late.")]
internal sealed class ProcessReplica(
    string name, Func<ProcessSpec> spec, Lock gate, ProcessLauncher launcher, TimeProvider time, ILogger log)
{
    private readonly CancellationTokenSource _stop = new();
    private WorkerProcess? _process; // null while it waits to be started again
    private DateTimeOffset _changedAt; // since when it waits or is being stopped
    private int _crashes; // in a row

    public string Name => name;

    /// <summary>Whether it is being stopped, and no longer counts; read with the gate held.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The process; <see langword="null"/> while the replica waits to be started again. Read with the gate held.</summary>
    public WorkerProcess? Process => _process;

    /// <summary>Completes when the replica is gone.</summary>
    public Task Gone { get; private set; } = Task.CompletedTask;

    /// <summary>Takes the first process; called with the gate held, before anyone else sees the replica.</summary>
    public void Adopt(WorkerProcess first) => _process = first;

    /// <summary>Lets the process run, and looks after it; <paramref name="onGone"/> is told when the replica is gone.</summary>
    public void Run(WorkerProcess first, Action<ProcessReplica> onGone)
    {
        first.Release();
        log.ReplicaStarted(name, first.Id);
        Gone = SuperviseAsync(first, onGone);
    }

    /// <summary>From here on the replica does not count; called with the gate held, so that no restart slips in.</summary>
    public void MarkStopping()
    {
        IsStopping = true;
        _changedAt = time.GetUtcNow();
    }

    /// <summary>Begins to stop a replica that was marked.</summary>
    public void Stop()
    {
        WorkerProcess? process;
        lock (gate) process = _process;
        process?.Signal(Posix.Term);
        _stop.Cancel();
    }

    /// <summary>What the replica is doing; called with the gate held.</summary>
    public Replica Describe()
    {
        var startup = spec().StartupTime;
        var readySince = _process?.StartedAt + startup;
        var ready = !IsStopping && _process is { } process && process.Age >= startup;
        return new()
        {
            Name = name,
            Phase = _process is null ? ReplicaPhase.Pending : ReplicaPhase.Running,
            IsTerminating = IsStopping,
            Readiness = ready ? ReplicaReadiness.Ready : ReplicaReadiness.NotReady,
            StartedAt = _process?.StartedAt,
            ReadinessChangedAt = ready ? readySince : _process is null || IsStopping ? _changedAt : _process.StartedAt,
        };
    }

    private async Task SuperviseAsync(WorkerProcess? process, Action<ProcessReplica> onGone)
    {
        while (process is not null)
        {
            await process.Exited.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsBeingStopped())
            {
                await EndAsync(process).ConfigureAwait(false);
                break;
            }

            process = await RestartAsync(process).ConfigureAwait(false);
        }

        onGone(this);
    }

    // The mark decides, not the token, because a process may obey SIGTERM before the token is cancelled. That is no crash.
    private bool IsBeingStopped()
    {
        lock (gate) return IsStopping;
    }

    private async Task EndAsync(WorkerProcess process)
    {
        var grace = spec().Grace;
        if (await process.EndAsync(grace).ConfigureAwait(false)) log.ReplicaKilled(name, process.Id, grace.TotalSeconds);
        else log.ReplicaStopped(name, process.Id);
        launcher.Forget(process);
    }

    /// <summary>Follows a process that ended by itself with another one; with none, if the replica is stopped meanwhile.</summary>
    private async Task<WorkerProcess?> RestartAsync(WorkerProcess ended)
    {
        // Children that it leaves in its group must not run on beside the next process.
        ended.Signal(Posix.Kill);
        _crashes = ended.Age >= spec().RestartBackoff.Max ? 1 : _crashes + 1;
        var wait = BeginWait(out var seconds);
        log.ReplicaCrashed(name, ended.Id, ended.ExitCode, ended.Age.TotalSeconds, seconds);
        launcher.Forget(ended);

        while (true)
        {
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested) return null;
            if (launcher.TryStart(spec(), name, out var next, out var reason))
                return await ReleaseUnlessStoppedAsync(next).ConfigureAwait(false);
            _crashes++;
            wait = BeginWait(out seconds);
            log.RestartFailed(name, reason, seconds);
        }
    }

    private Task BeginWait(out double seconds)
    {
        // First the timer, so that whoever sees the replica wait (a test) can turn the clock at once.
        var backoff = spec().RestartBackoff.After(_crashes);
        var wait = Task.Delay(backoff, time, _stop.Token);
        lock (gate)
        {
            _process = null;
            if (!IsStopping) _changedAt = time.GetUtcNow();
        }

        seconds = backoff.TotalSeconds;
        return wait;
    }

    private async Task<WorkerProcess?> ReleaseUnlessStoppedAsync(WorkerProcess next)
    {
        bool stopping;
        lock (gate)
        {
            stopping = IsStopping;
            if (!stopping) _process = next;
        }

        if (stopping)
        {
            await launcher.AbandonAsync(next).ConfigureAwait(false);
            return null;
        }

        next.Release();
        log.ReplicaRestarted(name, next.Id);
        return next;
    }
}
