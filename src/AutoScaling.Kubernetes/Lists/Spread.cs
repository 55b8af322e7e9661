using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>How many pods there are.</summary>
internal sealed record PodCount(long Pods);

/// <summary>
/// Chooses how targets are read: together, with everything else that is in the namespace or the cluster, or apart, each by a selector,
/// where the targets are few and the pods are many. Thread-safe.
/// </summary>
/// <param name="count">How many pods there are.</param>
/// <param name="targets">How many targets there are.</param>
internal sealed class Spread(SharedRead<PodCount> count, Func<int> targets)
{
    // As much work as one request: by how many pods a list may be longer instead. Measured: the table of the README.
    private const int PodsPerTarget = 100;

    // A target that is read apart holds two watches open.
    private const int MostApart = 200;

    private volatile bool _isTogether;

    /// <summary>Whether targets are read apart; <see langword="null"/> if that cannot be said yet.</summary>
    public bool? IsApart => count.Last is { } known ? Choose(known.Pods) : targets() > MostApart ? false : null;

    /// <summary>Whether targets are read apart.</summary>
    /// <exception cref="ApiException">It cannot be said, because pods may not be listed, or the API server does not answer.</exception>
    public async ValueTask<bool> IsApartAsync(long moment, CancellationToken cancellationToken)
    {
        if (targets() > MostApart) return Choose(0);
        if (count.Last is null) return Choose((await count.GetAsync(moment, cancellationToken).ConfigureAwait(false)).Pods);

        // What was counted last serves while they are counted again.
        count.Begin();
        return Choose(count.Last.Pods);
    }

    // Who reads together goes on with that until the pods are twice as many, so that nobody goes to and fro.
    private bool Choose(long pods)
    {
        var together = (long)targets() * PodsPerTarget * (_isTogether ? 2 : 1);
        _isTogether = targets() > MostApart || together >= pods;
        return !_isTogether;
    }
}
