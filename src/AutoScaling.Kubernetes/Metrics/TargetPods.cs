using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Scaling;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>Finds the pods of a target, in the lists that all targets share. Thread-safe.</summary>
internal sealed class TargetPods
{
    private readonly KubernetesCluster _cluster;
    private readonly ScaleWriter _scales;
    private readonly Shelf<KubernetesTarget, SharedRead<Workload>> _reads;

    public TargetPods(KubernetesCluster cluster) =>
        (_cluster, _scales, _reads) = (cluster, new(cluster.Api), cluster.Shelf<KubernetesTarget, SharedRead<Workload>>());

    /// <summary>Starts readings of what is too old, and does not wait for them.</summary>
    public void Begin(KubernetesTarget target) => _cluster.BeginPods(target);

    /// <summary>The pods of a target, and where they are read.</summary>
    /// <exception cref="ApiException">Something cannot be read, or there is no such target.</exception>
    public async ValueTask<(List<Pod> Pods, PodScope Scope)> FindAsync(KubernetesTarget target, CancellationToken cancellationToken)
    {
        var moment = _cluster.Moment(target);
        var workload = await WorkloadAsync(target, moment, cancellationToken).ConfigureAwait(false) ?? throw Gone(target);
        var selector = workload.Selector ?? throw new ApiException(Workload.NoSelector(target), null);
        var scope = await _cluster.ScopeAsync(target, selector, moment, cancellationToken).ConfigureAwait(false);
        return (await _cluster.Pods.OfAsync(target, selector, scope, moment, cancellationToken).ConfigureAwait(false), scope);
    }

    private async ValueTask<Workload?> WorkloadAsync(KubernetesTarget target, long moment, CancellationToken cancellationToken)
    {
        if (target.Resource.IsListed)
        {
            var apart = await _cluster.Spread(target.Namespace).IsApartAsync(moment, cancellationToken).ConfigureAwait(false);
            var list = _cluster.Workloads(target.Resource, target.Namespace);
            return await list.FindAsync(target, apart, moment, cancellationToken).ConfigureAwait(false);
        }

        // A scaler on the same cluster has just read it. Without one, its scale is read here.
        if (_cluster.Seen.TryGetValue(target, out var seen)) return seen;
        var read = _reads.GetOrAdd(
            target, static (t, p) => p._cluster.Share<Workload>((_, stop) => p.ReadAsync(t, stop), p._cluster.Options.MaxListAge), this);
        return await read.GetAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Workload> ReadAsync(KubernetesTarget target, CancellationToken cancellationToken) =>
        await _scales.ReadAsync(target, cancellationToken).ConfigureAwait(false) ?? throw Gone(target);

    private static ApiException Gone(KubernetesTarget target) => new($"there is no {target}", null);
}
