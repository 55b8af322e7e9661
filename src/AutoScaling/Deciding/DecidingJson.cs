using System.Text.Json.Serialization;

namespace AutoScaling.Deciding;

/// <summary>How decisions and states are written as JSON: camel case, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScalingDecision))]
[JsonSerializable(typeof(StateDocument))]
internal sealed partial class DecidingJson : JsonSerializerContext;
