using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Scaling;

/// <summary>How scales are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScaleDocument))]
internal sealed partial class ScalingJson : JsonSerializerContext;
