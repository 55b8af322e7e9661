using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling.Primitives;

/// <summary>Lets every serializer write and read values as the documents that are kept of them.</summary>
/// <param name="type">How documents are written and read.</param>
/// <param name="write">The document of a value.</param>
/// <param name="read">The value of a document; throws <see cref="ScalingException"/> if it is none.</param>
/// <param name="what">What it is, for the sentence: <c>decision</c>.</param>
internal abstract class DocumentConverter<TValue, TDocument>(
    JsonTypeInfo<TDocument> type, Func<TValue, TDocument> write, Func<TDocument, TValue> read, string what) : JsonConverter<TValue>
    where TDocument : class
{
    public override TValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return read(JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException($"The {what} cannot be read: it is null."));
        }
        catch (ScalingException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, write(value), type);
}
