namespace AutoScaling.Kubernetes.Client;

/// <summary>What is kept of a thing that the API server lists.</summary>
/// <typeparam name="TItem">The thing, as it is read.</typeparam>
/// <typeparam name="TSelf">What is kept.</typeparam>
internal interface IKept<in TItem, out TSelf>
    where TSelf : class
{
    /// <summary>What is kept of a thing; <see langword="null"/> if nothing is.</summary>
    /// <exception cref="Primitives.ApiException">It lacks what every such thing has.</exception>
    static abstract TSelf? Of(TItem item);
}
