using System.Text.Json.Serialization;
using AutoScaling.Kubernetes.Client;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>How lists are read: what their types do not name is skipped and costs no memory.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiList<WorkloadItem>))]
[JsonSerializable(typeof(ApiList<PodItem>))]
[JsonSerializable(typeof(ApiList<AutoscalerItem>))]
internal sealed partial class ListsJson : JsonSerializerContext;
