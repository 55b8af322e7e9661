using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoScaling.Documents;

/// <summary>Reads and writes documents as JSON.</summary>
internal static class JsonNodes
{
    // As lenient as the JSON files of Microsoft.Extensions.Configuration.
    private static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonWriterOptions Writing =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a document whose leaves are all text or null.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What the document is called in errors.</param>
    public static JsonNode? Parse(string json, string name)
    {
        try
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            var reader = new Utf8JsonReader(bytes, Reading);
            reader.Read();
            var document = Node(ref reader, bytes);
            reader.Read();
            return document;
        }
        catch (JsonException e)
        {
            // The parser appends the place in its own words.
            var at = e.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
            var what = at < 0 ? e.Message : e.Message[..at];
            throw ScalingException.Invalid(string.Create(
                CultureInfo.InvariantCulture, $"{name}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {what}"));
        }
    }

    public static string Write(JsonNode document)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Writing)) document.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static JsonNode? Node(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var block = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (key, at) = (Text(ref reader, bytes), reader.TokenStartIndex);
                    reader.Read();
                    if (!block.TryAdd(key, Node(ref reader, bytes))) throw Wrong(bytes, at, $"The key '{key}' is there twice.");
                }

                return block;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(Node(ref reader, bytes));
                return list;
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return JsonValue.Create(Text(ref reader, bytes));
            default:
                return JsonValue.Create(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(bytes, reader.TokenStartIndex, "The text holds half of a surrogate pair.");
        }
    }

    private static JsonException Wrong(ReadOnlySpan<byte> bytes, long at, string sentence)
    {
        var before = bytes[..(int)at];
        var column = at - (before.LastIndexOf((byte)'\n') + 1);
        return new(sentence, path: null, lineNumber: before.Count((byte)'\n'), bytePositionInLine: column);
    }
}
