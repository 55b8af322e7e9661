using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Client;

/// <summary>How the API server's account of a failure is read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
internal sealed partial class ClientJson : JsonSerializerContext;
