using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>How metrics are read: what their types do not name is skipped and costs no memory.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiList<PodMetricsItem, PodUsage>))]
[JsonSerializable(typeof(ApiList<MetricValueItem, MetricValueItem>))]
[JsonSerializable(typeof(ApiGroup))]
internal sealed partial class MetricsJson : JsonSerializerContext;
