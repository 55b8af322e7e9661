using System.Runtime.InteropServices;

namespace AutoScaling.Kubernetes;

/// <summary>All pods of one namespace, or of all of them, at one instant; finds those of a workload without looking at the others.</summary>
internal sealed class PodList
{
    private readonly Dictionary<(string Namespace, string Name), Pod> _byName = [];
    private readonly Dictionary<string, List<Pod>> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Key, string Value), List<Pod>> _byLabel = [];

    /// <summary>Takes in a list.</summary>
    /// <param name="listing">The list.</param>
    /// <param name="last">The one before: pods that have not changed since then are kept, so that what is remembered of ten evaluations holds each of them once, not ten times.</param>
    /// <exception cref="ApiException">A part is missing that every pod has.</exception>
    public PodList(Listing<PodItem> listing, PodList? last = null)
    {
        ResourceVersion = listing.ResourceVersion;

        // After the database was restored from a backup, versions are given out once more, to something else.
        if (last is not null && Kubernetes.ResourceVersion.IsOlder(ResourceVersion, last.ResourceVersion)) last = null;
        foreach (var item in listing.Items)
        {
            var pod = last?.Unchanged(item) ?? new Pod(item);
            _byName[(pod.Namespace, pod.Replica.Name)] = pod;
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(_byNamespace, pod.Namespace, out _), pod);
            if (pod.Labels is null) continue;
            foreach (var (key, value) in pod.Labels) Add(ref CollectionsMarshal.GetValueRefOrAddDefault(_byLabel, (pod.Namespace, key, value), out _), pod);
        }
    }

    public string ResourceVersion { get; }

    /// <summary>The pods of a workload, ordered by name.</summary>
    public List<Pod> Find(string space, LabelSelector selector)
    {
        var found = Candidates(space, selector).FindAll(p => selector.Matches(p.Labels));
        found.Sort(static (a, b) => string.CompareOrdinal(a.Replica.Name, b.Replica.Name));
        return found;
    }

    /// <summary>Those that carry the rarest label that the selector asks for.</summary>
    private List<Pod> Candidates(string space, LabelSelector selector)
    {
        var best = _byNamespace.GetValueOrDefault(space, []);
        foreach (var requirement in selector.Requirements)
        {
            if (requirement is not { Test: LabelTest.In, Values: [var value] }) continue;
            if (!_byLabel.TryGetValue((space, requirement.Key, value), out var carriers)) return [];
            if (carriers.Count < best.Count) best = carriers;
        }

        return best;
    }

    private Pod? Unchanged(PodItem item) =>
        item.Metadata is { Namespace: { } space, Name: { } name, ResourceVersion: { } version }
        && _byName.TryGetValue((space, name), out var pod) && string.Equals(pod.ResourceVersion, version, StringComparison.Ordinal) ? pod : null;

    private static void Add(ref List<Pod>? pods, Pod pod) => (pods ??= new(1)).Add(pod);
}
