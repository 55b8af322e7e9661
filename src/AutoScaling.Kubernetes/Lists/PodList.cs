using System.Runtime.InteropServices;

namespace AutoScaling.Kubernetes;

/// <summary>All pods of one namespace, or of all of them, at one instant; finds those of a workload without looking at the others.</summary>
internal sealed class PodList
{
    private readonly Dictionary<string, List<Pod>> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Key, string Value), List<Pod>> _byLabel = [];

    public PodList(Listing<PodItem> listing)
    {
        ResourceVersion = listing.ResourceVersion;
        foreach (var item in listing.Items)
        {
            var pod = new Pod(item);
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

    private static void Add(ref List<Pod>? pods, Pod pod) => (pods ??= new(1)).Add(pod);
}
