using System.Collections;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>
/// The things of a list. The serializer adds each of them as soon as it has arrived, and only what is kept of it stays: a list of 800 MB is
/// read in the memory of what is kept.
/// </summary>
internal sealed class KeptItems<TItem, T> : ICollection<TItem>
    where TItem : class
    where T : class, IKept<TItem, T>
{
    public List<T> Kept { get; } = [];

    /// <summary>How many have been read, kept or not.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is nothing where there should be a thing.</summary>
    public bool HasNone { get; private set; }

    public bool IsReadOnly => false;

    /// <exception cref="ApiException">It lacks what every such thing has.</exception>
    public void Add(TItem item)
    {
        Count++;
        if (item is null) HasNone = true;
        else if (T.Of(item) is { } kept) Kept.Add(kept);
    }

    public void Clear() => throw new NotSupportedException();

    public bool Contains(TItem item) => throw new NotSupportedException();

    public void CopyTo(TItem[] array, int arrayIndex) => throw new NotSupportedException();

    public bool Remove(TItem item) => throw new NotSupportedException();

    // The serializer counts, to say where in a list something is wrong.
    public IEnumerator<TItem> GetEnumerator() => Enumerable.Repeat<TItem>(null!, Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
