using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Client;

/// <summary>How the API server's account of a failure, and its answer to a write are read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(WrittenObject))]
internal sealed partial class ClientJson : JsonSerializerContext;
