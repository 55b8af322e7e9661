using System.Collections.Concurrent;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>One cluster: the client, and the lists that all targets share. Thread-safe.</summary>
internal sealed class KubernetesCluster : IDisposable
{
    private static readonly ApiResource AutoscalersResource =
        new("autoscaling", "v1", "horizontalpodautoscalers") { Kind = "HorizontalPodAutoscaler" };

    // How often pods are counted: how they are read need not follow every deployment.
    private static readonly TimeSpan CountAge = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _disposal = new();
    private readonly Shelf<(ApiResource, string), WorkloadList> _workloads;
    private readonly Shelf<string, Spread> _spreads;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<KubernetesTarget, (LabelSelector Selector, PodScope Scope)> _scopes = new();
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
        (_workloads, _spreads, _autoscalers) = (new(time), new(time), new(time));
        _context = new(Api, options.MaxListAge, time, new(time, logger ?? NullLogger.Instance), _disposal.Token);
        Pods = new(_context);
    }

    public KubernetesOptions Options { get; }

    public ApiClient Api { get; }

    /// <summary>The time by the wall clock.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Targets of kinds that are not listed, as last read or written.</summary>
    public ConcurrentDictionary<KubernetesTarget, Workload> Seen { get; } = new();

    public KindNames Kinds { get; }

    public PodLists Pods { get; }

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
        if (_targets.TryGetValue(target.Name, out var known)) return known;
        var parsed = KubernetesTarget.Parse(target, Api.DefaultNamespace);
        if (!_targets.TryAdd(target.Name, parsed)) return _targets[target.Name];
        _counts.AddOrUpdate(Key(parsed.Namespace), 1, static (_, count) => count + 1);
        return parsed;
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

    /// <summary>How the targets of a namespace are read.</summary>
    public Spread Spread(string space) => _spreads.GetOrAdd(
        Key(space),
        static (key, c) => new(
            c.Share<PodCount>((_, stop) => c.CountAsync(Scope(key), stop), CountAge), () => c._counts.GetValueOrDefault(key)),
        this);

    /// <summary>Where the pods of a target are read, and what they use.</summary>
    /// <exception cref="ApiException">It cannot be said, because pods may not be listed, or the API server does not answer.</exception>
    public async ValueTask<PodScope> ScopeAsync(
        KubernetesTarget target, LabelSelector selector, long moment, CancellationToken cancellationToken)
    {
        if (!await Spread(target.Namespace).IsApartAsync(moment, cancellationToken).ConfigureAwait(false))
        {
            _scopes.TryRemove(target, out _);
            return Whole(target);
        }

        if (_scopes.TryGetValue(target, out var last) && last.Selector.Equals(selector)) return last.Scope;
        var scope = new PodScope(target.Namespace, selector.ToString());
        _scopes[target] = (selector, scope);
        return scope;
    }

    /// <summary>Where the pods of a target were read last; <see langword="null"/> if that is not known yet.</summary>
    public PodScope? LastScope(KubernetesTarget target) =>
        _scopes.TryGetValue(target, out var last) ? last.Scope
        : Spread(target.Namespace).IsApart == false ? Whole(target)
        : null;

    /// <summary>Where all pods are read that the namespace of a target is read with.</summary>
    public PodScope Whole(KubernetesTarget target) => new(Scope(Key(target.Namespace)), null);

    /// <summary>Starts to read the workload and the pods of a target where that is known, and does not wait for it.</summary>
    public void BeginPods(KubernetesTarget target)
    {
        if (LastScope(target) is { } scope) Pods.In(scope).Begin();
        if (target.Resource.IsListed && Spread(target.Namespace).IsApart is { } apart)
            Workloads(target.Resource, target.Namespace).Begin(target, apart);
    }

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

    private async Task<PodCount> CountAsync(string? space, CancellationToken stop)
    {
        // Asks the database, because the API server's memory has no pages.
        var call = new ApiCall("list", PodLists.Resource, space) { Query = "limit=1" };
        var page = await Api.ReadAsync(call, ListsJson.Default.ApiListPodItemPod, stop).ConfigureAwait(false);
        var more = page.Metadata is { Continue.Length: > 0, RemainingItemCount: null };
        return new(more ? long.MaxValue : (page.Items?.Count ?? 0) + (page.Metadata?.RemainingItemCount ?? 0));
    }
}
