using System.ComponentModel;
using System.Diagnostics;
using AutoScaling.Programs;

namespace AutoScaling.Processes;

/// <summary>One process of the operating system, from its start to its end, with the group that it leads.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // How often a group is looked at whose leader has ended. Only the leader's end is reported by the system.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Process _process;
    private readonly TimeProvider _time;
    private bool _disposed;

    public WorkerProcess(Process process, TimeProvider time)
    {
        _process = process;
        _time = time;
        Id = process.Id;
        StartedAt = time.GetUtcNow();
        StartTimestamp = time.GetTimestamp();
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    public int Id { get; }

    public DateTimeOffset StartedAt { get; }

    public long StartTimestamp { get; }

    /// <summary>Completes when the process has ended, whatever becomes of the rest of its group.</summary>
    public Task Exited { get; }

    public TimeSpan Age => _time.GetElapsedTime(StartTimestamp);

    /// <summary>128 and more mean the signal that ended it, as in a shell.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Lets the launcher become the program, see <see cref="ProcessLauncher"/>.</summary>
    public void Release()
    {
        try
        {
            _process.StandardInput.BaseStream.WriteByte((byte)'\n');
        }
        catch (IOException)
        {
            // It has ended already. Whoever waits for its end is about to see it.
        }

        _process.StandardInput.Close();
    }

    /// <summary>Signals the group, or the process alone where it leads none (not yet, or because there is no setsid).</summary>
    public void Signal(int signal)
    {
        // The group comes first, because its number belongs to no other group as long as one process is left in it. The number of a process
        // that has ended may already be another one's.
        if (!Posix.TrySignalGroup(Id, signal) && !Exited.IsCompleted) Posix.TrySignalProcess(Id, signal);
    }

    /// <summary>Waits for the end of a group that was sent SIGTERM, and ends it by SIGKILL when the grace time is over.</summary>
    /// <returns>Whether it had to be killed.</returns>
    public async Task<bool> EndAsync(TimeSpan grace)
    {
        var from = _time.GetTimestamp();
        await Exited.WaitAsync(grace, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (Exited.IsCompleted && Posix.GroupExists(Id) && grace - _time.GetElapsedTime(from) is var left && left > TimeSpan.Zero)
            await Task.Delay(left < PollInterval ? left : PollInterval, _time).ConfigureAwait(false);

        var late = !Exited.IsCompleted || Posix.GroupExists(Id);
        if (late) Signal(Posix.Kill);
        await Exited.ConfigureAwait(false);
        return late;
    }

    /// <summary>Reads the processor time used so far and the memory in use; <see langword="false"/> if the process has ended.</summary>
    public bool TryMeasure(out TimeSpan processorTime, out long bytes)
    {
        (processorTime, bytes) = (default, 0);
        lock (_gate)
        {
            if (_disposed) return false;
            try
            {
                _process.Refresh();
                processorTime = _process.TotalProcessorTime;
                bytes = _process.WorkingSet64;
                // A process without memory has ended; the system only keeps its exit code for its parent.
                return bytes > 0;
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception or IOException)
            {
                return false;
            }
        }
    }

    public void Dispose()
    {
        // Under the lock, so not in the middle of a measurement, because Process is not thread-safe.
        lock (_gate)
        {
            _disposed = true;
            _process.Dispose();
        }
    }
}
