using System.Buffers;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;

#pragma warning disable CA1720 // "Object" is what Kubernetes calls these metrics.

namespace AutoScaling.Kubernetes;

/// <summary>What a <see cref="KubernetesMetric"/> is of.</summary>
public enum KubernetesMetricKind
{
    /// <summary>The pods of the target, each with a value of its own; the reading is their average.</summary>
    Pods,

    /// <summary>One object in the target's namespace.</summary>
    Object,

    /// <summary>Something outside of the cluster; values of several series are added.</summary>
    External,
}

/// <summary>
/// A metric that an adapter (Prometheus Adapter, KEDA and the like) serves in custom.metrics.k8s.io or external.metrics.k8s.io. Immutable
/// and thread-safe.
/// </summary>
/// <remarks>
/// In <see cref="ObjectName"/> and <see cref="Selector"/>, <c>{name}</c> and <c>{namespace}</c> stand for those of the target, so that one
/// metric serves many targets.
/// </remarks>
public sealed record KubernetesMetric
{
    /// <summary>The kind of the target's namespace itself, which needs no name.</summary>
    internal const string Namespaces = "namespaces";

    private static readonly SearchValues<char> NotInParts = SearchValues.Create(" \t\r\n/%?#\\");

    private KubernetesMetric(KubernetesMetricKind kind, string metric)
    {
        Kind = kind;
        Metric = Part(nameof(Metric), metric);
        Name = metric;
    }

    /// <summary>What the metric is of.</summary>
    public KubernetesMetricKind Kind { get; }

    /// <summary>What the adapter calls the metric.</summary>
    public string Metric { get; }

    /// <summary>The metric's name, as policies use it.</summary>
    /// <value>By default <see cref="Metric"/>; not empty.</value>
    /// <exception cref="ScalingException">It is empty (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string Name
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? throw Bounds.Broken(nameof(Name), "a name", value) : value;
    }

    /// <summary>The labels of the wanted series.</summary>
    /// <value><see langword="null"/> by default: all series. A label selector such as <c>queue={name},tier in (a,b)</c>.</value>
    /// <exception cref="ScalingException">It is no label selector (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string? Selector
    {
        get;
        init => field = value is null || LabelSelector.Parse(value) is not null
            ? value
            : throw Bounds.Broken(nameof(Selector), "a label selector such as queue=orders", value);
    }

    /// <summary>The kind of the object, as addresses write it: <c>services</c>, <c>ingresses.networking.k8s.io</c>.</summary>
    /// <value><see langword="null"/> for other metrics.</value>
    public string? ObjectResource { get; private init; }

    /// <summary>The name of the object.</summary>
    /// <value><see langword="null"/> for other metrics, and for the target's namespace.</value>
    public string? ObjectName { get; private init; }

    /// <summary>A metric of the target's pods, from custom.metrics.k8s.io.</summary>
    /// <param name="metric">What the adapter calls it.</param>
    /// <exception cref="ScalingException">
    /// A name cannot be used in an address (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static KubernetesMetric Pods(string metric) => new(KubernetesMetricKind.Pods, metric);

    /// <summary>A metric of an object in the target's namespace, from custom.metrics.k8s.io.</summary>
    /// <param name="metric">What the adapter calls it.</param>
    /// <param name="resource">
    /// The kind of the object, in the plural and with its group: <c>services</c>, <c>ingresses.networking.k8s.io</c>; <c>namespaces</c> for
    /// the target's namespace itself.
    /// </param>
    /// <param name="name">The name of the object.</param>
    /// <exception cref="ScalingException">
    /// A name cannot be used in an address (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static KubernetesMetric Object(string metric, string resource, string name = "{name}") => new(
        KubernetesMetricKind.Object, metric)
    {
        ObjectResource = KubernetesName.IsSubdomain(resource)
            ? resource
            : throw Bounds.Broken("Resource", "a kind in the plural, such as services or ingresses.networking.k8s.io", resource),
        ObjectName = resource is Namespaces ? null : Part("Name", name),
    };

    /// <summary>A metric from outside of the cluster, from external.metrics.k8s.io.</summary>
    /// <param name="metric">What the adapter calls it.</param>
    /// <exception cref="ScalingException">
    /// The name cannot be used in an address (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static KubernetesMetric External(string metric) => new(KubernetesMetricKind.External, metric);

    /// <summary>A name that becomes a part of an address.</summary>
    private static string Part(string setting, string text)
    {
        var good = !string.IsNullOrEmpty(text) && text is not ("." or "..") && !text.AsSpan().ContainsAny(NotInParts);
        return good ? text : throw Bounds.Broken(setting, "a name without spaces and without any of /%?#\\", text);
    }
}
