using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Resources;

/// <summary>
/// Writes JSON as the YAML that people read: blocks and lists by their indentation, and every text in quotes, as JSON has it, which YAML
/// reads alike.
/// </summary>
internal static class YamlLines
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonObject document)
    {
        var text = new StringBuilder();
        Block(text, document, "");
        return text.ToString();
    }

    private static void Block(StringBuilder text, JsonObject block, string indent)
    {
        foreach (var (key, value) in block)
        {
            text.Append(indent).Append(key).Append(':');
            Value(text, value, indent);
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, string indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } block:
                text.Append('\n');
                Block(text, block, indent + "  ");
                break;
            case JsonArray { Count: > 0 } list when list.Any(item => item is JsonObject):
                text.Append('\n');
                foreach (var item in list) Item(text, (JsonObject)item!, indent + "  ");
                break;
            default:
                text.Append(' ').Append(value is null ? "null" : value.ToJsonString(Readable)).Append('\n');
                break;
        }
    }

    private static void Item(StringBuilder text, JsonObject item, string indent)
    {
        var inner = new StringBuilder();
        Block(inner, item, indent + "  ");
        text.Append(indent).Append("- ").Append(inner.ToString().AsSpan(indent.Length + 2));
    }
}
