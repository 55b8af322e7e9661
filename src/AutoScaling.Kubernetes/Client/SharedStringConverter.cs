using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes;

/// <summary>Reads words that are the same in thousands of things, such as namespaces and phases, as the same strings. Thread-safe.</summary>
internal sealed class SharedStringConverter : JsonConverter<string>
{
    private const int Slots = 512;
    private const int LongestShared = 63;

    // A word that another one displaces is only made anew: no lock, no growth.
    private static readonly string?[] Known = new string?[Slots];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestShared) return reader.GetString();
        ref var slot = ref Known[Fnv1a.Of(reader.ValueSpan) % Slots];
        return slot is { } known && Ascii.Equals(reader.ValueSpan, known) ? known : slot = reader.GetString();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
