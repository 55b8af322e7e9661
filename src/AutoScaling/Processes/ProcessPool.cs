using System.Collections.Immutable;
using AutoScaling.Primitives;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Processes;

/// <summary>The replicas of one target.</summary>
internal sealed class ProcessPool(ProcessSpec spec, ProcessLauncher launcher, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new(); // guards the list and the replicas in it; never held while a process is started or waited for
    private readonly SemaphoreSlim _scaling = new(1, 1); // one change at a time
    private readonly List<ProcessReplica> _replicas = []; // oldest first, those being stopped included
    private volatile ProcessSpec _spec = spec;
    private bool _looked; // whether the initial replicas have been started
    private bool _closed;

    /// <summary>How replicas are run from now on. Those that run already stay as they were started.</summary>
    public ProcessSpec Spec
    {
        get => _spec;
        set => _spec = value;
    }

    public async ValueTask<ReplicaStatus> GetAsync(CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _looked))
        {
            using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            if (await WhyInitialNotStartedAsync(cancellationToken).ConfigureAwait(false) is { } reason)
            {
                var error = $"The initial replicas of '{Spec.Target}' could not be started: {reason}.";
                throw new ScalingException(ScalingErrorKind.ScalingFailed, error);
            }
        }

        return Status();
    }

    public async ValueTask<ScaleOutcome> ScaleAsync(int from, int to, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
        var notStarted = await WhyInitialNotStartedAsync(cancellationToken).ConfigureAwait(false);
        if (notStarted is not null) return ScaleOutcome.Failed(notStarted);
        var desired = Desired();
        if (desired != from) return ScaleOutcome.Rejected($"it has {Phrase.Replicas(desired)}, not {from}");
        if (to == from) return ScaleOutcome.Unchanged;
        if (to < from) StopNewest(from - to);
        var notAdded = to > from ? await WhyNotAddedAsync(to - from, cancellationToken).ConfigureAwait(false) : null;
        return notAdded is null ? ScaleOutcome.Applied : ScaleOutcome.Failed(notAdded);
    }

    /// <summary>Stops every replica, and waits until they are gone; from then on nothing is started.</summary>
    public async ValueTask DisposeAsync()
    {
        using var turn = await TakeTurnAsync(CancellationToken.None).ConfigureAwait(false);
        _closed = true;
        StopNewest(int.MaxValue);
        Task[] ends;
        lock (_gate) ends = [.. _replicas.Select(replica => replica.Gone)];
        await Task.WhenAll(ends).ConfigureAwait(false);
    }

    /// <summary>Every replica with its process, if it has one and is not being stopped.</summary>
    public ImmutableArray<(string Replica, WorkerProcess? Process)> Processes()
    {
        lock (_gate) return [.. _replicas.Select(replica => (replica.Name, replica.IsStopping ? null : replica.Process))];
    }

    private ReplicaStatus Status()
    {
        ImmutableArray<Replica> members;
        lock (_gate) members = [.. _replicas.Select(replica => replica.Describe())];
        var counted = members.Where(member => !member.IsTerminating).ToList();
        return new()
        {
            Desired = counted.Count,
            Ready = counted.Count(member => member.Readiness == ReplicaReadiness.Ready),
            Starting = counted.Count(member => member is { Phase: ReplicaPhase.Running, Readiness: ReplicaReadiness.NotReady }),
            Unready = counted.Count(member => member.Phase == ReplicaPhase.Pending),
            Terminating = members.Length - counted.Count,
            Members = members,
        };
    }

    private int Desired()
    {
        lock (_gate) return _replicas.Count(replica => !replica.IsStopping);
    }

    private async Task<string?> WhyInitialNotStartedAsync(CancellationToken cancellationToken)
    {
        if (_looked) return null;
        var reason = await WhyNotAddedAsync(Spec.InitialReplicas, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _looked, reason is null);
        return reason;
    }

    /// <summary>Starts so many replicas, all or none; says why if none.</summary>
    private async Task<string?> WhyNotAddedAsync(int count, CancellationToken cancellationToken)
    {
        var started = new List<(string Name, WorkerProcess Process)>();
        string? reason = null;
        foreach (var name in FreeNames().Take(count))
        {
            if (!cancellationToken.IsCancellationRequested && launcher.TryStart(Spec, name, out var process, out reason))
            {
                started.Add((name, process));
                continue;
            }

            // Those that were started have not been released, so none of their programs has begun to run.
            foreach (var (_, other) in started) await launcher.AbandonAsync(other).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return reason;
        }

        var added = started.ConvertAll(
            start => (Replica: new ProcessReplica(start.Name, () => Spec, _gate, launcher, time, log), start.Process));
        lock (_gate)
        {
            foreach (var (replica, process) in added)
            {
                replica.Adopt(process);
                _replicas.Add(replica);
            }
        }

        foreach (var (replica, process) in added) replica.Run(process, Remove);
        return null;
    }

    private void StopNewest(int count)
    {
        List<ProcessReplica> stopping;
        lock (_gate)
        {
            stopping = [.. _replicas.Where(replica => !replica.IsStopping).Reverse().Take(count)];
            foreach (var replica in stopping) replica.MarkStopping();
        }

        foreach (var replica in stopping) replica.Stop();
    }

    private void Remove(ProcessReplica replica)
    {
        lock (_gate) _replicas.Remove(replica);
    }

    /// <summary>The lowest numbers that no replica has, not even one that is still being stopped.</summary>
    private IEnumerable<string> FreeNames()
    {
        HashSet<string> taken;
        lock (_gate) taken = [.. _replicas.Select(replica => replica.Name)];
        for (var index = 0; ; index++)
        {
            var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Spec.Target}-{index}");
            if (!taken.Contains(name)) yield return name;
        }
    }

    private async Task<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _scaling.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_closed) return new(_scaling);
        _scaling.Release();
        throw new ObjectDisposedException(nameof(ProcessScaler));
    }

    private readonly struct Turn(SemaphoreSlim scaling) : IDisposable
    {
        public void Dispose() => scaling.Release();
    }
}
