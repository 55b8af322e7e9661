using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Metrics;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes;

/// <summary>
/// Reads what the pods of targets in Kubernetes use, from metrics.k8s.io (metrics-server), as the HorizontalPodAutoscaler does.
/// </summary>
/// <remarks>
/// <para>
/// <c>cpu</c> and <c>memory</c> are percent of what the pods requested, averaged over the ready pods, or over the running ones while none
/// is ready. Each reading also has what each pod uses and requests, in cores and bytes, so that a <see cref="TargetTrackingRule"/> gives
/// the HPA's answers. <c>cpu/app</c> and <c>memory/app</c> are those of the container named <c>app</c> alone.
/// </para>
/// <para>
/// A pod without metrics has no value, never 0. If a pod, or a container of one, requests nothing, there is no percentage; a rule for
/// averages of cores or bytes (<see cref="TargetKind.AverageValue"/>) works all the same. If a pod lacks the container, the container's
/// reading fails. Values are rounded up to thousandths, as by the HPA. The time of a reading is that of the oldest pod in it. A pod that
/// was measured more than five minutes from now is not in it if others were measured lately.
/// </para>
/// <para>
/// Pods are watched, and their metrics are read by lists that all targets share, at most one of each namespace in
/// <see cref="KubernetesOptions.MaxListAge"/>; where there are more than 100 pods for each target, by a list for each target. Needs:
/// apiGroups [metrics.k8s.io], resources [pods], verbs [list], and what <see cref="KubernetesScaler"/> needs to list and watch.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class KubernetesMetricsProvider : IMetricsProvider, IDisposable
{
    private static readonly ApiResource PodMetrics = new("metrics.k8s.io", "v1beta1", "pods");

    private readonly Shelf<PodScope, SharedRead<PodUsages>> _usages;
    private readonly KubernetesCluster _cluster;
    private readonly TargetPods _pods;
    private readonly Shelf<KubernetesTarget, string> _asked;
    private readonly bool _owns;

    /// <summary>Creates a provider with a client of its own.</summary>
    /// <param name="options">How the cluster is reached, and what may be asked of it.</param>
    /// <param name="time">The clock for ages, waits and time limits.</param>
    /// <exception cref="ScalingException">
    /// An option breaks its rule, or there is no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public KubernetesMetricsProvider(KubernetesOptions options, TimeProvider time)
        : this(KubernetesCluster.Create(options, time)) => _owns = true;

    internal KubernetesMetricsProvider(KubernetesCluster cluster)
    {
        _cluster = cluster;
        _pods = new(cluster);
        _usages = cluster.Shelf<PodScope, SharedRead<PodUsages>>();
        _asked = cluster.Shelf<KubernetesTarget, string>();
        cluster.Evaluated += BeginAgain;
    }

    /// <inheritdoc/>
    /// <exception cref="ScalingException">
    /// The target's name cannot be read (<see cref="ScalingErrorKind.InvalidConfiguration"/>), or the cluster cannot be asked
    /// (<see cref="ScalingErrorKind.MetricsUnavailable"/>).
    /// </exception>
    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var parsed = _cluster.Parse(request.Target);
        cancellationToken.ThrowIfCancellationRequested();
        if (!request.Metrics.Any(ResourceReadings.Knows)) return ServiceMetrics.Empty;
        try
        {
            if (_cluster.LastScope(parsed) is { } last) Usages(last).Begin();
            _pods.Begin(parsed);
            _asked.GetOrAdd(parsed, static (target, _) => target.Namespace, 0);
            var (pods, scope) = await FindPodsAsync(parsed, cancellationToken).ConfigureAwait(false);
            var used = await Usages(scope).GetAsync(_cluster.Moment(parsed), cancellationToken).ConfigureAwait(false);
            return ResourceReadings.Of(request, parsed, pods, used, _cluster.Now);
        }
        catch (ApiException e)
        {
            throw new ScalingException(ScalingErrorKind.MetricsUnavailable, e.Message, e);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _cluster.Evaluated -= BeginAgain;
        if (_owns) _cluster.Dispose();
    }

    private async ValueTask<(List<Pod> Pods, PodScope Scope)> FindPodsAsync(KubernetesTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return await _pods.FindAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.Forbidden)
        {
            var usages = Usages(_cluster.LastScope(target) ?? _cluster.Whole(target));
            throw await MissingRights.WithAsync(e, usages.GetAsync(cancellationToken).AsTask()).ConfigureAwait(false);
        }
    }

    // A target whose CPU or memory was asked for will be asked for it again.
    private void BeginAgain(KubernetesTarget target)
    {
        if (_asked.Find(target) is not null && _cluster.LastScope(target) is { } scope) Usages(scope).Begin();
    }

    private SharedRead<PodUsages> Usages(PodScope scope) => _usages.GetOrAdd(
        scope,
        static (scope, p) => p._cluster.Share<PodUsages>((_, stop) => p.ReadAsync(scope, stop), p._cluster.Options.MaxListAge),
        this);

    private async Task<PodUsages> ReadAsync(PodScope scope, CancellationToken cancellationToken)
    {
        var call = new ApiCall("list", PodMetrics, scope.Namespace) { Query = scope.Query };
        var type = MetricsJson.Default.ApiListPodMetricsItemPodUsage;
        try
        {
            return new(await _cluster.Api.ListAsync(call, type, null, cancellationToken).ConfigureAwait(false));
        }
        catch (ApiException e)
        {
            throw MetricsApi.Explain(e, call, "metrics-server");
        }
    }
}
