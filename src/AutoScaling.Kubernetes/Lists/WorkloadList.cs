using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>
/// All objects of a kind that is scaled, in one namespace or all of them, and what was written to them since the last reading. All targets
/// share it. Thread-safe.
/// </summary>
internal sealed class WorkloadList
{
    private readonly SharedRead<Snapshot> _read;
    private readonly ConcurrentDictionary<(string Namespace, string Name), Workload> _written = new();

    public WorkloadList(ApiClient api, ApiResource resource, string? space, TimeSpan maxAge, TimeProvider time, CancellationToken stopping)
    {
        var call = new ApiCall("list", resource, space);
        _read = new(
            async (last, stop) =>
            {
                var listing = await api.ListAsync(call, Type, last?.ResourceVersion, stop).ConfigureAwait(false);

                // The newest list is older than the last one: the database was restored from a backup, without what was written since.
                if (last is not null && ResourceVersion.IsOlder(listing.ResourceVersion, last.ResourceVersion)) _written.Clear();
                return new(listing.Items.Select(Workload.Of).ToDictionary(w => (w.Namespace, w.Name)), listing.ResourceVersion);
            },
            maxAge,
            time,
            stopping);
    }

    private static JsonTypeInfo<ApiList<WorkloadItem>> Type => ListsJson.Default.ApiListWorkloadItem;

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

    private Workload? Find(Snapshot list, (string, string) key)
    {
        var listed = list.Workloads.GetValueOrDefault(key);
        if (!_written.TryGetValue(key, out var written)) return listed;
        var newer = ResourceVersion.IsOlder(list.ResourceVersion, written.ResourceVersion)
            && (listed is null || ResourceVersion.IsOlder(listed.ResourceVersion, written.ResourceVersion));
        if (newer) return written with { Selector = listed?.Selector ?? written.Selector, ReplicasWriter = listed?.ReplicasWriter };
        _written.TryRemove(new(key, written));
        return listed;
    }

    private sealed record Snapshot(Dictionary<(string Namespace, string Name), Workload> Workloads, string ResourceVersion);
}
