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

    public bool IsReadOnly => false;

    /// <exception cref="ApiException">It is none, or lacks what every such thing has.</exception>
    public void Add(TItem item)
    {
        Count++;
        if (item is null) throw new ApiException("the API server's list holds an item that is none", null);
        if (T.Of(item) is { } kept) Kept.Add(kept);
    }

    public void Clear() => throw new NotSupportedException();

    public bool Contains(TItem item) => throw new NotSupportedException();

    public void CopyTo(TItem[] array, int arrayIndex) => throw new NotSupportedException();

    public bool Remove(TItem item) => throw new NotSupportedException();

    public IEnumerator<TItem> GetEnumerator() => throw new NotSupportedException();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
