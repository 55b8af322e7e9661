using System.Collections.Concurrent;

namespace AutoScaling.Kubernetes;

/// <summary>One cluster: the client, and the lists that all targets share. Thread-safe.</summary>
internal sealed class KubernetesCluster : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly Shelf<(ApiResource, string), WorkloadList> _workloads;
    private readonly Shelf<string, SharedRead<PodList>> _pods;
    private readonly Shelf<string, SharedRead<AutoscalerList>> _autoscalers;
    private readonly ConcurrentDictionary<string, KubernetesTarget> _targets = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private bool _disposed;

    /// <exception cref="ScalingException">The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public KubernetesCluster(KubernetesOptions options, TimeProvider time)
    {
        Options = options;
        Api = new(options, time);
        Kinds = new(Api);
        _time = time;
        (_workloads, _pods, _autoscalers) = (new(time), new(time), new(time));
    }

    public KubernetesOptions Options { get; }

    public ApiClient Api { get; }

    /// <summary>Targets of kinds that are not listed, as last read or written.</summary>
    public ConcurrentDictionary<KubernetesTarget, Workload> Seen { get; } = new();

    public KindNames Kinds { get; }

    /// <exception cref="ScalingException">The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static KubernetesCluster Create(KubernetesOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return new(options, time);
    }

    /// <summary>A target's name, taken apart.</summary>
    /// <exception cref="ScalingException">It cannot be (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public KubernetesTarget Parse(ScalingTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _targets.GetOrAdd(target.Name, static (_, a) => KubernetesTarget.Parse(a.target, a.Api.DefaultNamespace), (target, Api));
    }

    /// <summary>A target that has been asked for already, taken apart.</summary>
    public KubernetesTarget? Known(ScalingTarget target) => _targets.GetValueOrDefault(target.Name);

    /// <summary>The workloads of a kind around a namespace, for kinds that are listed.</summary>
    public WorkloadList Workloads(ApiResource resource, string space) =>
        _workloads.GetOrAdd((resource, Scope(space) ?? ""), (_, c) => new(c.Api, resource, c.Scope(space), c.Options.MaxListAge, c._time, c._disposal.Token), this);

    /// <summary>The pods around a namespace.</summary>
    public SharedRead<PodList> Pods(string space) => _pods.GetOrAdd(Scope(space) ?? "", (_, c) => c.Share<PodList>(
        async (last, stop) => new(await c.Api.ListAsync(new("list", ApiResource.Pods, c.Scope(space)), ApiJson.Default.ApiListPodItem, last?.ResourceVersion, stop).ConfigureAwait(false), last),
        c.Options.MaxListAge), this);

    /// <summary>The HorizontalPodAutoscalers around a namespace.</summary>
    public SharedRead<AutoscalerList> Autoscalers(string space) => _autoscalers.GetOrAdd(Scope(space) ?? "", (_, c) => c.Share<AutoscalerList>(
        async (last, stop) => new(await c.Api.ListAsync(new("list", ApiResource.HorizontalPodAutoscalers, c.Scope(space)), ApiJson.Default.ApiListAutoscalerItem, last?.ResourceVersion, stop).ConfigureAwait(false)),
        c.Options.MaxListAge), this);

    /// <summary>Something that is read for all targets at once, and ends with the cluster.</summary>
    public SharedRead<T> Share<T>(Func<T?, CancellationToken, Task<T>> read, TimeSpan maxAge)
        where T : class => new(read, maxAge, _time, _disposal.Token);

    /// <summary>A place for such things.</summary>
    public Shelf<TKey, TValue> Shelf<TKey, TValue>()
        where TKey : notnull => new(_time);

    /// <summary>What is listed for a namespace: it, or with <see langword="null"/> all of them.</summary>
    public string? Scope(string space) => Options.AllNamespaces ? null : space;

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _disposal.Cancel();
        _disposal.Dispose();
        Api.Dispose();
    }
}
