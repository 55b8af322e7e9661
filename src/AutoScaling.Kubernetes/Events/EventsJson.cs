using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Events;

/// <summary>How Events are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventDocument))]
internal sealed partial class EventsJson : JsonSerializerContext;
