using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling.Kubernetes;

/// <summary>All workloads of a kind, in one namespace or all of them, shared by all targets; with what was written since the last reading.</summary>
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

                // The newest there is, and older than what was seen: the database was restored from a backup, and what was written since has not happened.
                if (last is not null && ResourceVersion.IsOlder(listing.ResourceVersion, last.ResourceVersion)) _written.Clear();
                return new(listing.Items.Select(Workload.Of).ToDictionary(w => (w.Namespace, w.Name)), listing.ResourceVersion);
            },
            maxAge,
            time,
            stopping);
    }

    private static JsonTypeInfo<ApiList<WorkloadItem>> Type => ApiJson.Default.ApiListWorkloadItem;

    public void Begin() => _read.Begin();

    /// <summary>A workload as of now; <see langword="null"/> if there is none.</summary>
    /// <exception cref="ApiException">The list cannot be read.</exception>
    public async ValueTask<Workload?> FindAsync(string space, string name, CancellationToken cancellationToken) =>
        Find(await _read.GetAsync(cancellationToken).ConfigureAwait(false), (space, name));

    /// <summary>A workload as last seen, of whatever age; <see langword="null"/> if it never was.</summary>
    public Workload? Last(string space, string name) => _read.Last is { } last ? Find(last, (space, name)) : null;

    /// <summary>Takes in what a write, or a look at one workload, has shown: lists that are older do not hide it.</summary>
    /// <remarks>Both are asked of the database itself, so that the last answer is the newest one, whatever its version.</remarks>
    public void Apply(Workload seen) => _written[(seen.Namespace, seen.Name)] = seen;

    private Workload? Find(Snapshot list, (string, string) key)
    {
        var listed = list.Workloads.GetValueOrDefault(key);
        if (!_written.TryGetValue(key, out var written)) return listed;
        var newer = ResourceVersion.IsOlder(list.ResourceVersion, written.ResourceVersion) && (listed is null || ResourceVersion.IsOlder(listed.ResourceVersion, written.ResourceVersion));
        if (newer) return written with { Selector = listed?.Selector ?? written.Selector };
        _written.TryRemove(new(key, written));
        return listed;
    }

    private sealed record Snapshot(Dictionary<(string Namespace, string Name), Workload> Workloads, string ResourceVersion);
}
