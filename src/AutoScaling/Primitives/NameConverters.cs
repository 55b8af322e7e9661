using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Primitives;

/// <summary>Writes a target as its name.</summary>
internal sealed class TargetConverter : JsonConverter<ScalingTarget>
{
    public override ScalingTarget Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, ScalingTarget value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Name);
}

/// <summary>Writes a metric as <c>name</c> or <c>name@source</c>.</summary>
internal sealed class MetricRefConverter : JsonConverter<MetricRef>
{
    public override MetricRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MetricRef.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, MetricRef value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
