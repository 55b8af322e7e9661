using System.Runtime.InteropServices;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>Pods of one namespace, or of all of them. Those of a target are found without looking at the others.</summary>
internal sealed class PodList : Table<Pod>
{
    private readonly Dictionary<string, List<Pod>> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Key, string Value), List<Pod>> _byLabel = [];

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
        List<Pod> found;
        lock (Gate) found = Fewest(space, selector).FindAll(p => selector.Matches(p.Labels));
        found.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    protected override void OnPut(Pod thing)
    {
        (CollectionsMarshal.GetValueRefOrAddDefault(_byNamespace, thing.Namespace, out _) ??= []).Add(thing);
        foreach (var (key, value) in thing.Labels ?? [])
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_byLabel, (thing.Namespace, key, value), out _) ??= new(1)).Add(thing);
        }
    }

    protected override void OnTaken(Pod thing)
    {
        Remove(_byNamespace, thing.Namespace, thing);
        foreach (var (key, value) in thing.Labels ?? []) Remove(_byLabel, (thing.Namespace, key, value), thing);
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

    private static void Remove<TKey>(Dictionary<TKey, List<Pod>> index, TKey key, Pod pod)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var pods)) return;
        pods.Remove(pod);
        if (pods.Count == 0) index.Remove(key);
    }
}
