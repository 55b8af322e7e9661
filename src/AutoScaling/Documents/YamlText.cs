using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AutoScaling.Documents;

/// <summary>
/// Writes documents as YAML that every reader understands alike: text that some version of YAML takes for something else is quoted.
/// </summary>
internal static class YamlText
{
    private static readonly EmitterSettings Settings =
        new EmitterSettings().WithIndentedSequences().WithBestWidth(int.MaxValue).WithNewLine("\n");

    // What YAML 1.1 or 1.2 takes for null, a truth value or a number, although it looks like a word.
    private static readonly ImmutableHashSet<string> NotWords =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "null", "true", "false", "yes", "no", "on", "off", "y", "n");

    public static string Write(JsonNode document)
    {
        using var text = new StringWriter();
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, document, depth: 0);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject block:
                // Rules, steps and limits are one line each; a policy never is.
                var oneLine = depth > 2 && block.Parent is JsonArray && block.All(entry => entry.Value is null or JsonValue);
                var style = oneLine ? MappingStyle.Flow : MappingStyle.Block;
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, style));
                foreach (var (key, value) in block)
                {
                    emitter.Emit(Text(key));
                    Emit(emitter, value, depth + 1);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list) Emit(emitter, item, depth + 1);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                emitter.Emit(Text(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(Scalar(node?.ToJsonString() ?? "null", ScalarStyle.Plain));
                break;
        }
    }

    private static Scalar Text(string text) =>
        Scalar(text, IsWord(text) || IsDuration(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted);

    private static Scalar Scalar(string text, ScalarStyle style) =>
        new(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);

    private static bool IsWord(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && !NotWords.Contains(text)
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or '@');

    // Durations have units, since 12:30:00 would be a number to base 60 for some readers of YAML.
    private static bool IsDuration(string text) =>
        char.IsAsciiLetterLower(text.LastOrDefault()) && Durations.TryParse(text, out _) && !text.Contains(' ');
}
