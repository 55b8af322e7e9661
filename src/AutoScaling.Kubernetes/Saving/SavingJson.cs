using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>How ConfigMaps are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigMapDocument))]
internal sealed partial class SavingJson : JsonSerializerContext;
