using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>Where something of the pods of a target is read.</summary>
/// <param name="Namespace">The namespace; <see langword="null"/> for all of them.</param>
/// <param name="Selector">The labels of the pods, as addresses write them; <see langword="null"/> for all pods.</param>
internal readonly record struct PodScope(string? Namespace, string? Selector)
{
    /// <summary>As a part of a query; <see langword="null"/> if there is nothing to say.</summary>
    public string? Query => Selector is null ? null : $"labelSelector={Uri.EscapeDataString(Selector)}";
}

/// <summary>The pods of all targets, each read where that costs least. Thread-safe.</summary>
internal sealed class PodLists(ReadingContext context)
{
    public static readonly ApiResource Resource = new("", "v1", "pods") { Kind = "Pod" };

    // Pods that have ended never count.
    private const string Unfinished = "fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed";

    private readonly Shelf<PodScope, WatchedList<PodItem, Pod, PodList>> _lists = new(context.Time);

    /// <summary>The list of a scope.</summary>
    public WatchedList<PodItem, Pod, PodList> In(PodScope scope) => _lists.GetOrAdd(
        scope,
        static (scope, c) => new(c, new(
            new("list", Resource, scope.Namespace) { Query = scope.Query is { } labels ? $"{labels}&{Unfinished}" : Unfinished },
            ListsJson.Default.ApiListPodItemPod,
            ListsJson.Default.WatchEventPodItem)),
        context);

    /// <summary>The pods of a target, ordered by name.</summary>
    /// <exception cref="ApiException">They cannot be read.</exception>
    public async ValueTask<List<Pod>> OfAsync(
        KubernetesTarget target, LabelSelector selector, PodScope scope, long moment, CancellationToken cancellationToken) =>
        (await In(scope).GetAsync(moment, cancellationToken).ConfigureAwait(false)).Of(target, selector);
}
