using System.Collections.Concurrent;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>One cluster: the client, and the lists that all targets share. Thread-safe.</summary>
internal sealed class KubernetesCluster : IDisposable
{
    private static readonly ApiResource PodsResource = new("", "v1", "pods") { Kind = "Pod" };

    // Pods that have ended never count.
    private const string Unfinished = "fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed";

    private static readonly ApiResource AutoscalersResource =
        new("autoscaling", "v1", "horizontalpodautoscalers") { Kind = "HorizontalPodAutoscaler" };

    private readonly CancellationTokenSource _disposal = new();
    private readonly Shelf<(ApiResource, string), WorkloadList> _workloads;
    private readonly Shelf<string, WatchedList<PodItem, Pod, PodList>> _pods;
    private readonly Shelf<string, WatchedList<AutoscalerItem, Autoscaler, AutoscalerList>> _autoscalers;
    private readonly ReadingContext _context;
    private readonly ConcurrentDictionary<string, KubernetesTarget> _targets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<KubernetesTarget, long> _evaluated = new();
    private readonly TimeProvider _time;
    private bool _disposed;

    /// <exception cref="ScalingException">
    /// The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public KubernetesCluster(KubernetesOptions options, TimeProvider time, ILogger? logger = null)
    {
        Options = options;
        Api = new(options, time);
        Kinds = new(Api);
        _time = time;
        (_workloads, _pods, _autoscalers) = (new(time), new(time), new(time));
        _context = new(Api, options.MaxListAge, time, new(time, logger ?? NullLogger.Instance), _disposal.Token);
    }

    public KubernetesOptions Options { get; }

    public ApiClient Api { get; }

    /// <summary>The time by the wall clock.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Targets of kinds that are not listed, as last read or written.</summary>
    public ConcurrentDictionary<KubernetesTarget, Workload> Seen { get; } = new();

    public KindNames Kinds { get; }

    /// <exception cref="ScalingException">
    /// The options break a rule, or name no usable configuration (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static KubernetesCluster Create(KubernetesOptions options, TimeProvider time, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return new(options, time, logger);
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

    /// <summary>
    /// Is told when a target's replicas are asked for: its metrics will be asked for next, and their lists may be read at the same time.
    /// </summary>
    public Action<KubernetesTarget>? Evaluated { get; set; }

    /// <summary>Notes that an evaluation of a target begins, and starts to read what it will ask for.</summary>
    /// <returns>The moment.</returns>
    public long Begin(KubernetesTarget target)
    {
        var now = _time.GetTimestamp();
        _evaluated[target] = now;
        Evaluated?.Invoke(target);
        return now;
    }

    /// <summary>
    /// When the evaluation of a target began that goes on now; now, if none does. What was young enough then is young enough for all of it.
    /// </summary>
    public long Moment(KubernetesTarget target)
    {
        var now = _time.GetTimestamp();
        return _evaluated.TryGetValue(target, out var began) && _time.GetElapsedTime(began, now) <= Options.EvaluationTime ? began : now;
    }

    /// <summary>The list of a kind that a namespace is in, for kinds that are listed.</summary>
    public WorkloadList Workloads(ApiResource resource, string space) => _workloads.GetOrAdd(
        (resource, Key(space)), static (key, c) => new(c._context, new("list", key.Item1, Scope(key.Item2))), this);

    /// <summary>The list of pods that a namespace is in.</summary>
    public WatchedList<PodItem, Pod, PodList> Pods(string space) => _pods.GetOrAdd(
        Key(space),
        static (key, c) => new(c._context, new(
            new("list", PodsResource, Scope(key)) { Query = Unfinished }, ListsJson.Default.ApiListPodItemPod, ListsJson.Default.WatchEventPodItem)),
        this);

    /// <summary>The list of HorizontalPodAutoscalers that a namespace is in.</summary>
    public WatchedList<AutoscalerItem, Autoscaler, AutoscalerList> Autoscalers(string space) => _autoscalers.GetOrAdd(
        Key(space),
        static (key, c) => new(c._context, new(
            new("list", AutoscalersResource, Scope(key)),
            ListsJson.Default.ApiListAutoscalerItemAutoscaler,
            ListsJson.Default.WatchEventAutoscalerItem)),
        this);

    /// <summary>A list of something else, with which things of that kind are followed; it ends with the cluster.</summary>
    public WatchedList<TItem, T, Table<T>> Follow<TItem, T>(Watchable<TItem, T> what)
        where TItem : class, IApiObject
        where T : class, INamed, IKept<TItem, T> => new(_context, what);

    /// <summary>A reading that all targets share; one that is under way ends with the cluster.</summary>
    public SharedRead<T> Share<T>(Func<T?, CancellationToken, Task<T>> read, TimeSpan maxAge)
        where T : class => new(read, maxAge, _time, _disposal.Token);

    /// <summary>A shelf for readings that all targets share.</summary>
    public Shelf<TKey, TValue> Shelf<TKey, TValue>()
        where TKey : notnull => new(_time);

    /// <summary>By what the list for a namespace is found: the namespace, or nothing if all namespaces are listed at once.</summary>
    public string Key(string space) => Options.AllNamespaces ? "" : space;

    /// <summary>The namespace that a list of a key is of; <see langword="null"/> for all of them.</summary>
    public static string? Scope(string key) => key.Length == 0 ? null : key;

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _disposal.Cancel();
        _disposal.Dispose();
        Api.Dispose();
    }
}
