using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling;

/// <summary>How the library's values are written as JSON: camel case, enums by name, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TargetConverter), typeof(MetricRefConverter), typeof(MetricsConverter)])]
[JsonSerializable(typeof(ScalingDecision))]
[JsonSerializable(typeof(StateDocument))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(MetricReading[]))]
[JsonSerializable(typeof(Dictionary<string, StateDocument>))]
internal sealed partial class ScalingJson : JsonSerializerContext
{
    /// <summary>Reads a value; a broken text is one clear sentence.</summary>
    public static T Read<T>(string json, JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw ScalingException.Invalid($"The {what} cannot be read: {e.Message}");
        }
    }

    private sealed class TargetConverter : JsonConverter<ScalingTarget>
    {
        public override ScalingTarget Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, ScalingTarget value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }

    private sealed class MetricsConverter : JsonConverter<ServiceMetrics>
    {
        public override ServiceMetrics Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new([.. JsonSerializer.Deserialize(ref reader, Default.MetricReadingArray) ?? []]);

        public override void Write(Utf8JsonWriter writer, ServiceMetrics value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, [.. value], Default.MetricReadingArray);
    }

    private sealed class MetricRefConverter : JsonConverter<MetricRef>
    {
        public override MetricRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => AutoScaling.MetricRef.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, MetricRef value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
