using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>One value of custom.metrics.k8s.io, of whatever version, or of external.metrics.k8s.io.</summary>
internal sealed class MetricValueItem : IKept<MetricValueItem, MetricValueItem>
{
    public static MetricValueItem Of(MetricValueItem item) => item;

    /// <summary>What the value is of; external metrics are of nothing in the cluster.</summary>
    public ObjectMetadata? DescribedObject { get; set; }

    public DateTimeOffset? Timestamp { get; set; }

    /// <summary>The time that the value is an average over.</summary>
    public long? WindowSeconds { get; set; }

    [JsonConverter(typeof(QuantityConverter))]
    public double? Value { get; set; }
}
