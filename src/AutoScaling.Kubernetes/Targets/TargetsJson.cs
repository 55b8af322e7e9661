using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Targets;

/// <summary>How the API server's list of kinds is read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiResourceList))]
internal sealed partial class TargetsJson : JsonSerializerContext;
