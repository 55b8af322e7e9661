using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>
/// Reads words that are the same in thousands of objects, such as namespaces and phases, as the same strings, which saves memory. Each
/// property that is read so has a converter, and a table of words, of its own. Thread-safe.
/// </summary>
internal sealed class SharedStringConverter : JsonConverter<string>
{
    private const int Slots = 512;
    private const int LongestShared = 63;

    // Two words with one slot take it from each other. That costs only a new string, so the table needs no lock and does not grow.
    private readonly string?[] _known = new string?[Slots];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestShared) return reader.GetString();
        ref var slot = ref _known[Fnv1a.Of(reader.ValueSpan) % Slots];
        return slot is { } known && Ascii.Equals(reader.ValueSpan, known) ? known : slot = reader.GetString();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
