using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>How lists are read: what their types do not name is skipped and costs no memory.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiList<WorkloadItem, Workload>))]
[JsonSerializable(typeof(ApiList<PodItem, Pod>))]
[JsonSerializable(typeof(ApiList<AutoscalerItem, Autoscaler>))]
[JsonSerializable(typeof(WatchEvent<WorkloadItem>))]
[JsonSerializable(typeof(WatchEvent<PodItem>))]
[JsonSerializable(typeof(WatchEvent<AutoscalerItem>))]
internal sealed partial class ListsJson : JsonSerializerContext;
