using System.Text.Json.Serialization;
using AutoScaling.Deciding;

namespace AutoScaling.Recording;

/// <summary>How log lines and files of states are written as JSON: camel case, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(Dictionary<string, StateDocument>))]
internal sealed partial class RecordingJson : JsonSerializerContext;
