namespace AutoScaling.Kubernetes.Lists;

/// <summary>
/// What a pod requested, by the rules of the HPA: what the pod as a whole requests, and without that the sum of its containers and
/// sidecars. Other init containers do not count.
/// </summary>
/// <remarks>Source: the replica calculator of the Kubernetes HPA; pod-level requests: KEP-2837; sidecars: KEP-753.</remarks>
internal sealed class PodRequests
{
    private static readonly PodRequests None = new([], null);

    // Those that run at the same time, sidecars last.
    private readonly List<PodContainer> _containers;
    private readonly ResourceAmounts? _pod;

    private PodRequests(List<PodContainer> containers, ResourceAmounts? pod)
    {
        _containers = containers;
        _pod = pod;
    }

    public static PodRequests Of(PodSpec? spec)
    {
        if (spec is null) return None;
        var containers = spec.Containers ?? [];
        if (spec.InitContainers?.FindAll(c => c.RestartPolicy is "Always") is { Count: > 0 } sidecars) containers.AddRange(sidecars);
        return new(containers, spec.Resources?.Requests);
    }

    /// <summary>What the whole pod requested, in thousandths; <see langword="null"/> if a container requested nothing.</summary>
    /// <param name="resource">Of what.</param>
    /// <param name="without">The name of that container.</param>
    public long? Of(PodResource resource, out string? without)
    {
        without = null;
        if (_pod?.Of(resource) is { } whole) return whole;
        Int128 sum = 0;
        foreach (var container in _containers)
        {
            if (container.Request(resource) is not { } milli)
            {
                without = container.Name;
                return null;
            }

            sum += milli;
        }

        return (long)Int128.Min(sum, long.MaxValue);
    }

    public PodContainer? Find(string container) => _containers.Find(c => string.Equals(c.Name, container, StringComparison.Ordinal));
}
