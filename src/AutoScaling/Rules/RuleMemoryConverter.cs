using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Rules;

/// <summary>Writes a memory as a list of Base64 texts.</summary>
internal sealed class RuleMemoryConverter : JsonConverter<RuleMemory>
{
    public override RuleMemory Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A rule's memory must be a list of Base64 texts.");
        var chunks = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes))
                throw new JsonException("A rule's memory must be a list of Base64 texts.");
            chunks.Add(ImmutableCollectionsMarshal.AsImmutableArray(bytes));
        }

        return new(chunks.ToImmutable());
    }

    public override void Write(Utf8JsonWriter writer, RuleMemory value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var chunk in value.Chunks) writer.WriteBase64StringValue(chunk.AsSpan());
        writer.WriteEndArray();
    }
}
