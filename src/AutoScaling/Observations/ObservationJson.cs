using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Observations;

/// <summary>How observations are written as JSON: camel case, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MetricReading[]))]
internal sealed partial class ObservationJson : JsonSerializerContext;

/// <summary>Writes readings as a list.</summary>
internal sealed class MetricsConverter : JsonConverter<ServiceMetrics>
{
    public override ServiceMetrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new([.. JsonSerializer.Deserialize(ref reader, ObservationJson.Default.MetricReadingArray) ?? []]);

    public override void Write(Utf8JsonWriter writer, ServiceMetrics value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value], ObservationJson.Default.MetricReadingArray);
}
