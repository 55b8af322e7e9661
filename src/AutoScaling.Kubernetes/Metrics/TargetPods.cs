namespace AutoScaling.Kubernetes;

/// <summary>Finds the pods of a target, in the lists that all targets share.</summary>
internal sealed class TargetPods(KubernetesCluster cluster)
{
    private readonly Shelf<KubernetesTarget, SharedRead<Workload>> _scales = cluster.Shelf<KubernetesTarget, SharedRead<Workload>>();
    private readonly ScaleWriter _api = new(cluster.Api);

    /// <summary>Sees to it that the lists are on their way.</summary>
    public void Begin(KubernetesTarget target)
    {
        cluster.Pods(target.Namespace).Begin();
        if (target.Resource.IsListed) cluster.Workloads(target.Resource, target.Namespace).Begin();
    }

    /// <exception cref="ApiException">A list cannot be read, or there is no such target.</exception>
    public async ValueTask<List<Pod>> FindAsync(KubernetesTarget target, CancellationToken cancellationToken)
    {
        var workload = await WorkloadAsync(target, cancellationToken).ConfigureAwait(false) ?? throw Gone(target);
        if (workload.Selector is not { } selector)
            throw new ApiException($"the scale of {target} names no selector, so that its pods are not known; a custom kind gets one by the labelSelectorPath of its CustomResourceDefinition", null);
        return (await cluster.Pods(target.Namespace).GetAsync(cancellationToken).ConfigureAwait(false)).Find(target.Namespace, selector);
    }

    private ValueTask<Workload?> WorkloadAsync(KubernetesTarget target, CancellationToken cancellationToken)
    {
        if (target.Resource.IsListed) return cluster.Workloads(target.Resource, target.Namespace).FindAsync(target.Namespace, target.Name, cancellationToken);

        // A scaler on the same cluster has just read it.
        if (cluster.Seen.TryGetValue(target, out var seen)) return new(seen);
        return ScaleAsync(target, cancellationToken);
    }

    private async ValueTask<Workload?> ScaleAsync(KubernetesTarget target, CancellationToken cancellationToken) => await _scales.GetOrAdd(
        target, static (t, p) => p.Cluster.Share<Workload>(async (_, stop) => await p.Api.ReadAsync(t, stop).ConfigureAwait(false) ?? throw Gone(t), p.Cluster.Options.MaxListAge), (Cluster: cluster, Api: _api)).GetAsync(cancellationToken).ConfigureAwait(false);

    private static ApiException Gone(KubernetesTarget target) => new($"there is no {target}", null);
}
