using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Observations;

/// <summary>How observations are written as JSON: camel case, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MetricReading[]))]
internal sealed partial class ObservationJson : JsonSerializerContext;

/// <summary>Writes readings as a list.</summary>
internal sealed class MetricsConverter : JsonConverter<ServiceMetrics>
{
    public override ServiceMetrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var readings = JsonSerializer.Deserialize(ref reader, ObservationJson.Default.MetricReadingArray) ?? [];
        return Array.Exists(readings, reading => reading is null) ? throw new JsonException("A reading is null.") : new([.. readings]);
    }

    public override void Write(Utf8JsonWriter writer, ServiceMetrics value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value], ObservationJson.Default.MetricReadingArray);
}
