using System.Collections.Immutable;
using AutoScaling.Processes;
using AutoScaling.Programs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoScaling;

/// <summary>Runs the replicas of targets as processes on this machine: starts, restarts and stops them, and leaves none behind.</summary>
/// <remarks>
/// <para>
/// A stopped process gets SIGTERM, and SIGKILL when its <see cref="ProcessSpec.Grace"/> is over, each together with its children. A process
/// that ends by itself is started again after a growing wait. <see cref="DisposeAsync"/> stops all. Should the host die without it, even by
/// SIGKILL, a small shell that the scaler keeps beside it sends SIGKILL to every worker.
/// </para>
/// <para>
/// Tested on Linux. macOS has the same calls, but no <c>setsid</c> program unless one is installed: without it a worker's children are not
/// stopped with it, and Ctrl-C in the terminal reaches the workers as well as the host. Windows is not supported. A service manager that
/// signals every process of the service itself (systemd's <c>KillMode=control-group</c>) is better told <c>KillMode=mixed</c>.
/// </para>
/// <para>Thread-safe; the targets do not wait for one another.</para>
/// </remarks>
public sealed class ProcessScaler : IScaler, IAsyncDisposable
{
    private const string NotOnWindows =
        "ProcessScaler needs the signals and process groups of Linux or macOS, and does not run on Windows.";

    // A process that is stuck inside the kernel does not end, not even by SIGKILL. The host must be able to end without it.
    private static readonly TimeSpan PatienceAfterKill = TimeSpan.FromSeconds(10);

    private readonly Lock _changes = new(); // held while the pools are replaced by others
    private readonly Guardian _guardian;
    private readonly ProcessLauncher _launcher;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private volatile ImmutableDictionary<string, ProcessPool> _pools = ImmutableDictionary<string, ProcessPool>.Empty;
    private ImmutableArray<(ProcessPool Pool, Task End)> _forgotten = []; // their replicas are being stopped
    private volatile int _disposed;

    /// <summary>Creates a scaler. Nothing is started before a target is looked at or scaled.</summary>
    /// <param name="specs">How each target's replicas are run; one for each target.</param>
    /// <param name="time">The clock for grace times, waits and ages.</param>
    /// <param name="logger">Where starts and stops (Debug), crashes and kills (Warning) are told.</param>
    /// <exception cref="ScalingException">Two specs have the same target (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    public ProcessScaler(IEnumerable<ProcessSpec> specs, TimeProvider time, ILogger<ProcessScaler>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(specs);
        ArgumentNullException.ThrowIfNull(time);
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException(NotOnWindows);
        _time = time;
        _log = logger ?? NullLogger<ProcessScaler>.Instance;
        _guardian = new Guardian(_log);
        _launcher = new(_guardian, time, _log);
        Put([.. specs], ImmutableHashSet<string>.Empty);
        if (Executable.SetSid is null) _log.NoSetSid();
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">No spec has this target (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string Identify(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return _pools.ContainsKey(target.Name)
            ? $"the processes of '{target}'"
            : throw ScalingException.Invalid(
                $"Policy '{target}' is for processes, but no ProcessSpec has this target: give UseProcesses one, or name another scaler.");
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">
    /// No spec has this target (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or its initial replicas cannot be started
    /// (<see cref="ScalingErrorKind.ScalingFailed"/>).
    /// </exception>
    /// <exception cref="ObjectDisposedException">The scaler is disposed.</exception>
    public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) =>
        Pool(target).GetAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A scale-down stops the newest replicas. A scale-up whose processes cannot all be started starts none.</remarks>
    /// <exception cref="ScalingException">No spec has this target (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">The scaler is disposed.</exception>
    public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        return Pool(target).ScaleAsync(from, to, cancellationToken);
    }

    /// <summary>Stops all processes, side by side, and waits until they are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        ImmutableArray<(ProcessPool Pool, Task End)> ends;
        lock (_changes) ends = [.. _forgotten, .. _pools.Values.Select(pool => (pool, pool.DisposeAsync().AsTask()))];
        var patience = ends.Select(end => end.Pool.Spec.Grace).DefaultIfEmpty().Max() + PatienceAfterKill;
        try
        {
            await Task.WhenAll(ends.Select(end => end.End)).WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _log.NotGone(patience.TotalSeconds);
        }
        finally
        {
            await _guardian.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes specs. What runs already goes on as it was started; replicas are started by the new spec from now on.</summary>
    /// <param name="specs">The specs, each of another target.</param>
    /// <param name="known">The targets of which there may be a spec already, because it came from the same place.</param>
    /// <exception cref="ScalingException">Two specs have the same target (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    internal void Put(ImmutableArray<ProcessSpec> specs, ImmutableHashSet<string> known)
    {
        lock (_changes)
        {
            var pools = _pools;
            foreach (var spec in specs)
            {
                var name = spec.Target.Name;
                if (pools.ContainsKey(name) && !(known.Contains(name) && _pools.ContainsKey(name)))
                    throw ScalingException.Invalid($"Target must be different in every ProcessSpec, but '{name}' is there twice.");
                if (!pools.ContainsKey(name)) pools = pools.Add(name, new(spec, _launcher, _time, _log));
            }

            foreach (var spec in specs) pools[spec.Target.Name].Spec = spec;
            _pools = pools;
        }
    }

    /// <summary>Forgets a target, and stops its replicas.</summary>
    internal void Forget(string name)
    {
        lock (_changes)
        {
            if (!_pools.TryGetValue(name, out var pool)) return;
            _pools = _pools.Remove(name);
            _forgotten = [.. _forgotten.Where(other => !other.End.IsCompleted), (pool, pool.DisposeAsync().AsTask())];
        }
    }

    /// <summary>How a target's replicas are run, and their processes; <see langword="null"/> for an unknown target.</summary>
    internal (ProcessSpec Spec, ImmutableArray<(string Replica, WorkerProcess? Process)> Replicas)? Look(ScalingTarget target) =>
        _pools.TryGetValue(target.Name, out var pool) ? (pool.Spec, pool.Processes()) : null;

    private ProcessPool Pool(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _pools.TryGetValue(target.Name, out var pool)
            ? pool
            : throw ScalingException.Invalid($"There is no ProcessSpec for '{target}'.");
    }
}
