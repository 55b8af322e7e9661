using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>The ScalingPolicies as they are in the cluster, and the targets that they mean. Used under the lock of who has it.</summary>
internal sealed class ResourceTable(KubernetesCluster cluster, ImmutableArray<string> namespaces, TimeProvider time)
{
    // How old it may be what a selector finds, or why it found nothing. Each of them is a request.
    private static readonly TimeSpan SelectorAge = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ResourceEntry> _entries = new(StringComparer.Ordinal);
    private List<WatchedList<PolicyResource, PolicyResource, Table<PolicyResource>>>? _lists;
    private long? _selected;

    public IReadOnlyCollection<ResourceEntry> All => _entries.Values;

    /// <summary>The oldest first.</summary>
    public IEnumerable<ResourceEntry> ByAge() => _entries.Values
        .OrderBy(entry => entry.Item.Metadata!.CreationTimestamp).ThenBy(entry => entry.Title, StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    /// <param name="gate">The lock.</param>
    /// <param name="changed">Is called under it if there are other policies now.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">They cannot be read; nothing has changed.</exception>
    public async Task ReadAsync(Lock gate, Action changed, CancellationToken cancellationToken)
    {
        var items = new List<PolicyResource>();
        _lists ??= [.. Spaces().Select(Follow)];
        foreach (var list in _lists)
        {
            var table = await list.GetAsync(time.GetTimestamp(), cancellationToken).ConfigureAwait(false);
            items.AddRange(table.All());
        }

        List<(ResourceEntry Entry, TargetClause Clause, string Space)> unknown;
        lock (gate)
        {
            if (Update(items)) changed();
            var again = _selected is null || time.GetElapsedTime(_selected.Value) >= SelectorAge;
            if (again) _selected = time.GetTimestamp();
            unknown =
            [
                .. from entry in _entries.Values
                   where entry.Clause is not null && (entry.Targets is null || (again && IsOpen(entry)))
                   select (entry, entry.Clause, entry.Item.Metadata!.Namespace!),
            ];
        }

        foreach (var (entry, clause, space) in unknown)
        {
            var found = await ResourceTargets.FindAsync(cluster, clause, space, cancellationToken).ConfigureAwait(false);
            lock (gate)
            {
                if (entry.Clause == clause && entry.Find(found)) changed();
            }
        }
    }

    private WatchedList<PolicyResource, PolicyResource, Table<PolicyResource>> Follow(string? space) => cluster.Follow(
        new Watchable<PolicyResource, PolicyResource>(
            new("list", PolicyResource.Resource, space),
            ResourcesJson.Default.ApiListPolicyResourcePolicyResource,
            ResourcesJson.Default.WatchEventPolicyResource));

    private static bool IsOpen(ResourceEntry entry) => entry.Clause!.Selector is not null || entry.Targets?.Trouble is not null;

    private ImmutableArray<string?> Spaces() =>
        !namespaces.IsEmpty ? [.. namespaces] : cluster.Options.AllNamespaces ? [null] : [cluster.Api.DefaultNamespace];

    private bool Update(List<PolicyResource> items)
    {
        var hasChanged = false;
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var title = $"{item.Metadata!.Namespace}/{item.Metadata.Name}";
            there.Add(title);
            if (!_entries.TryGetValue(title, out var entry) || !Is(entry.Item.Metadata!.Uid, item.Metadata.Uid))
            {
                entry = new(item);
                entry.Times.Last = item.Status;
                _entries[title] = entry;
                hasChanged = true;
            }
            else if (!ReferenceEquals(entry.Item, item) && entry.Update(item))
            {
                // The first evaluation by the new policy tells more than there is to say now; if there is none, this is soon enough.
                entry.Times.IsChanged = true;
                entry.Times.Look = time.GetTimestamp() + (long)(Soon.TotalSeconds * time.TimestampFrequency);
                hasChanged = true;
            }
        }

        foreach (var gone in _entries.Keys.Where(title => !there.Contains(title)).ToList())
        {
            _entries.Remove(gone);
            hasChanged = true;
        }

        return hasChanged;
    }

    private static bool Is(string? one, string? other) => string.Equals(one, other, StringComparison.Ordinal);
}
