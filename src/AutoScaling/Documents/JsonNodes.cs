using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;

namespace AutoScaling.Documents;

/// <summary>Reads and writes documents as JSON.</summary>
internal sealed class JsonNodes
{
    // As lenient as the JSON files of Microsoft.Extensions.Configuration.
    private static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonWriterOptions Writing =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a document whose leaves are all text or null.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What the document is called in errors.</param>
    /// <param name="lines">Is told where each part of the document is.</param>
    public static JsonNode? Parse(string json, string name, DocumentLines? lines = null)
    {
        try
        {
            var bytes = Encoding.UTF8.GetBytes(JsonText.WithoutMark(json));
            var reader = new Utf8JsonReader(bytes, Reading);
            reader.Read();
            var document = new JsonNodes(bytes, lines).Node(ref reader);
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

    private readonly byte[] _bytes;
    private readonly DocumentLines? _lines;

    // How many lines have ended before a place in the text; the next token is behind it.
    private long _line;
    private int _until;

    private JsonNodes(byte[] bytes, DocumentLines? lines) => (_bytes, _lines) = (bytes, lines);

    private JsonNode? Node(ref Utf8JsonReader reader)
    {
        var at = (int)reader.TokenStartIndex;
        _line += _bytes.AsSpan(_until, at - _until).Count((byte)'\n');
        _until = at;
        var line = _line + 1;
        var node = Value(ref reader);
        _lines?.Add(node, line);
        return node;
    }

    private JsonNode? Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var block = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var (key, at) = (Text(ref reader), reader.TokenStartIndex);
                    reader.Read();
                    if (!block.TryAdd(key, Node(ref reader))) throw Wrong(at, $"The key '{key}' is there twice.");
                }

                return block;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(Node(ref reader));
                return list;
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return JsonValue.Create(Text(ref reader));
            default:
                return JsonValue.Create(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(reader.TokenStartIndex, "The text holds half of a surrogate pair.");
        }
    }

    private JsonException Wrong(long at, string sentence)
    {
        var before = _bytes.AsSpan(0, (int)at);
        var column = at - (before.LastIndexOf((byte)'\n') + 1);
        return new(sentence, path: null, lineNumber: before.Count((byte)'\n'), bytePositionInLine: column);
    }
}
