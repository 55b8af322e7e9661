using System.Runtime.InteropServices;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>
/// All pods of one namespace, or of all of them, at one instant. Those of a target are found without looking at the others.
/// </summary>
internal sealed class PodList
{
    private readonly Dictionary<(string Namespace, string Name), Pod> _byName = [];
    private readonly Dictionary<string, List<Pod>> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Key, string Value), List<Pod>> _byLabel = [];

    /// <summary>Takes in a list.</summary>
    /// <param name="listing">The list.</param>
    /// <param name="last">
    /// The list before. Pods that have not changed since then are taken from it, because the records of ten evaluations then hold each pod
    /// once and not ten times.
    /// </param>
    /// <exception cref="ApiException">A part is missing that every pod has.</exception>
    public PodList(Listing<PodItem> listing, PodList? last = null)
    {
        ResourceVersion = listing.ResourceVersion;

        // The database was restored from a backup. The API server then gives versions a second time, so a pod of the same version may have
        // changed.
        if (last is not null && Primitives.ResourceVersion.IsOlder(ResourceVersion, last.ResourceVersion)) last = null;
        foreach (var item in listing.Items)
        {
            var pod = last?.Unchanged(item) ?? new Pod(item);
            _byName[(pod.Namespace, pod.Replica.Name)] = pod;
            Add(ref CollectionsMarshal.GetValueRefOrAddDefault(_byNamespace, pod.Namespace, out _), pod);
            if (pod.Labels is null) continue;
            foreach (var (key, value) in pod.Labels)
            {
                Add(ref CollectionsMarshal.GetValueRefOrAddDefault(_byLabel, (pod.Namespace, key, value), out _), pod);
            }
        }
    }

    public string ResourceVersion { get; }

    /// <summary>The pods of a target, ordered by name: those that its selector matches and no other controller has made.</summary>
    public List<Pod> Of(KubernetesTarget target, LabelSelector selector)
    {
        var found = Find(target.Namespace, selector);
        found.RemoveAll(pod => PodControllers.IsOfAnother(target, pod));
        return found;
    }

    /// <summary>The pods that a selector matches, ordered by name.</summary>
    public List<Pod> Find(string space, LabelSelector selector)
    {
        var found = Fewest(space, selector).FindAll(p => selector.Matches(p.Labels));
        found.Sort(static (a, b) => string.CompareOrdinal(a.Replica.Name, b.Replica.Name));
        return found;
    }

    /// <summary>The pods with that label, of those that the selector asks for, that the fewest pods have.</summary>
    private List<Pod> Fewest(string space, LabelSelector selector)
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
        && _byName.TryGetValue((space, name), out var pod)
        && string.Equals(pod.ResourceVersion, version, StringComparison.Ordinal)
            ? pod
            : null;

    private static void Add(ref List<Pod>? pods, Pod pod) => (pods ??= new(1)).Add(pod);
}
