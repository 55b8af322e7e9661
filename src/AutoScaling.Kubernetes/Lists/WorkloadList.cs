using System.Collections.Concurrent;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>
/// All objects of a kind that is scaled, in one namespace or all of them, and what was written to them since they were read. All targets
/// share it. Thread-safe.
/// </summary>
internal sealed class WorkloadList
{
    private readonly ReadingContext _context;
    private readonly ApiCall _call;
    private readonly WatchedList<WorkloadItem, Workload, Table<Workload>> _together;
    private readonly Shelf<(string Namespace, string Name), WatchedList<WorkloadItem, Workload, Table<Workload>>> _apart;
    private readonly ConcurrentDictionary<(string Namespace, string Name), Workload> _written = new();

    public WorkloadList(ReadingContext context, ApiCall call)
    {
        (_context, _call, _apart) = (context, call, new(context.Time));
        _together = Read(call);
    }

    /// <summary>Starts to read if what there is is too old, and does not wait for it.</summary>
    /// <param name="target">One of them.</param>
    /// <param name="apart">Whether only that one is read.</param>
    public void Begin(KubernetesTarget target, bool apart) => List(target, apart).Begin();

    /// <summary>One of them as of now; <see langword="null"/> if there is none.</summary>
    /// <param name="target">That one.</param>
    /// <param name="apart">Whether only that one is read.</param>
    /// <param name="moment">When the evaluation began that needs it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiException">The list cannot be read.</exception>
    public async ValueTask<Workload?> FindAsync(KubernetesTarget target, bool apart, long moment, CancellationToken cancellationToken) =>
        Find(await List(target, apart).GetAsync(moment, cancellationToken).ConfigureAwait(false), target);

    /// <summary>One of them as last seen, however long ago; <see langword="null"/> if it never was.</summary>
    public Workload? Last(KubernetesTarget target, bool apart) => List(target, apart).Last is { } last ? Find(last, target) : null;

    /// <summary>Takes in the answer to a write, or to a reading of one of them. It counts until a list is newer.</summary>
    /// <remarks>Both come from the database itself, so the last answer is the newest one, whatever its version.</remarks>
    public void Apply(Workload seen) => _written[(seen.Namespace, seen.Name)] = seen;

    private WatchedList<WorkloadItem, Workload, Table<Workload>> List(KubernetesTarget target, bool apart) => !apart ? _together
        : _apart.GetOrAdd(
            (target.Namespace, target.Name),
            static (key, l) => l.Read(l._call with
            {
                Namespace = key.Namespace,
                Query = $"fieldSelector=metadata.name%3D{key.Name}",
            }),
            this);

    private WatchedList<WorkloadItem, Workload, Table<Workload>> Read(ApiCall call) => new(
        _context, new(call, ListsJson.Default.ApiListWorkloadItemWorkload, ListsJson.Default.WatchEventWorkloadItem))
    {
        // The newest list is older than what was seen before: the database was restored from a backup, without what was written since.
        SetBack = _written.Clear,
    };

    private Workload? Find(Table<Workload> list, KubernetesTarget target)
    {
        var key = (target.Namespace, target.Name);
        // In this order: what is found may be newer than the version, never older.
        var version = list.ResourceVersion;
        var listed = list.Find(target.Namespace, target.Name);
        if (!_written.TryGetValue(key, out var written)) return listed;
        var newer = ResourceVersion.IsOlder(version, written.ResourceVersion)
            && (listed is null || ResourceVersion.IsOlder(listed.ResourceVersion, written.ResourceVersion));
        if (newer) return written with { Selector = listed?.Selector ?? written.Selector, ReplicasWriter = listed?.ReplicasWriter };
        _written.TryRemove(new(key, written));
        return listed;
    }
}
