using System.Collections.Concurrent;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>
/// All objects of a kind that is scaled, in one namespace or all of them, and what was written to them since they were read. All targets
/// share it. Thread-safe.
/// </summary>
internal sealed class WorkloadList
{
    private readonly WatchedList<WorkloadItem, Workload, Table<Workload>> _read;
    private readonly ConcurrentDictionary<(string Namespace, string Name), Workload> _written = new();

    public WorkloadList(ReadingContext context, ApiCall call)
    {
        var what = new Watchable<WorkloadItem, Workload>(
            call, ListsJson.Default.ApiListWorkloadItemWorkload, ListsJson.Default.WatchEventWorkloadItem);

        // The newest list is older than what was seen before: the database was restored from a backup, without what was written since.
        _read = new(context, what) { SetBack = _written.Clear };
    }

    public void Begin() => _read.Begin();

    /// <summary>One of them as of now; <see langword="null"/> if there is none.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="moment">When the evaluation began that needs it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiException">The list cannot be read.</exception>
    public async ValueTask<Workload?> FindAsync(string space, string name, long moment, CancellationToken cancellationToken) =>
        Find(await _read.GetAsync(moment, cancellationToken).ConfigureAwait(false), (space, name));

    /// <summary>One of them as last seen, however long ago; <see langword="null"/> if it never was.</summary>
    public Workload? Last(string space, string name) => _read.Last is { } last ? Find(last, (space, name)) : null;

    /// <summary>Takes in the answer to a write, or to a reading of one of them. It counts until a list is newer.</summary>
    /// <remarks>Both come from the database itself, so the last answer is the newest one, whatever its version.</remarks>
    public void Apply(Workload seen) => _written[(seen.Namespace, seen.Name)] = seen;

    private Workload? Find(Table<Workload> list, (string Namespace, string Name) key)
    {
        // In this order: what is found may be newer than the version, never older.
        var version = list.ResourceVersion;
        var listed = list.Find(key.Namespace, key.Name);
        if (!_written.TryGetValue(key, out var written)) return listed;
        var newer = ResourceVersion.IsOlder(version, written.ResourceVersion)
            && (listed is null || ResourceVersion.IsOlder(listed.ResourceVersion, written.ResourceVersion));
        if (newer) return written with { Selector = listed?.Selector ?? written.Selector, ReplicasWriter = listed?.ReplicasWriter };
        _written.TryRemove(new(key, written));
        return listed;
    }
}
