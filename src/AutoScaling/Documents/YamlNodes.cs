using System.Text.Json.Nodes;
using AutoScaling.Primitives;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AutoScaling.Documents;

/// <summary>
/// Reads documents as YAML 1.2, with anchors and merge keys. Everything but null stays the text that was written, so that no <c>on</c>,
/// <c>1e3</c> or <c>010</c> changes its meaning.
/// </summary>
internal sealed class YamlNodes
{
    private const int MaxDepth = 64;

    // Aliases of aliases grow without bound from a short text.
    private const int MaxCopies = 1_000_000;

    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, Measured> _anchors = [];
    private int _copies;

    private readonly DocumentLines? _lines;

    private YamlNodes(string yaml, DocumentLines? lines) => (_lines, _parser) = (lines, new(new StringReader(JsonText.WithoutMark(yaml))));

    private readonly record struct Measured(JsonNode? Node, int Size, int Depth);

    /// <summary>Reads a document whose leaves are all text or null.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">What the document is called in errors.</param>
    /// <param name="lines">Is told where each part of the document is.</param>
    public static JsonNode? Parse(string yaml, string name, DocumentLines? lines = null)
    {
        var nodes = new YamlNodes(yaml, lines);
        try
        {
            return nodes.Document();
        }
        catch (YamlException e)
        {
            throw ScalingException.Invalid($"{name}, line {e.Start.Line}, column {e.Start.Column}: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser has no words of its own where a line starts further left than the '{' or '[' that it should belong to; what it
            // read last is where to look.
            var last = nodes._parser.Current?.End ?? Mark.Empty;
            throw ScalingException.Invalid(
                $"{name}, line {last.Line}, column {last.Column}: "
                + "What follows here cannot be read; perhaps a { or [ before it is not closed.");
        }
    }

    private JsonNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var document = Node(0);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second)
            ? throw Wrong(second, "Only one document is read, but a second one starts here.")
            : document.Node;
    }

    private Measured Node(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias)) return Copy(alias, depth);
        var start = _parser.Require<NodeEvent>();
        if (depth > MaxDepth) throw Wrong(start, $"Blocks and lists must be nested at most {MaxDepth} deep.");
        var node = start switch
        {
            MappingStart => Block(depth),
            SequenceStart => List(depth),
            _ => new(Leaf(_parser.Consume<Scalar>()), 1, 0),
        };
        _lines?.Add(node.Node, start.Start.Line);
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = node;
        return node;
    }

    private Measured Copy(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var original)) throw Wrong(alias, $"There is no anchor '{alias.Value}' above.");
        if (depth + original.Depth > MaxDepth) throw Wrong(alias, $"Blocks and lists must be nested at most {MaxDepth} deep.");
        _copies += original.Size;
        if (_copies > MaxCopies) throw Wrong(alias, $"Aliases must stand for at most {MaxCopies} values.");
        var copy = original.Node?.DeepClone();
        _lines?.Add(copy, alias.Start.Line);
        return original with { Node = copy };
    }

    private Measured Block(int depth)
    {
        _parser.Consume<MappingStart>();
        var block = new JsonObject();
        List<JsonObject>? merged = null;
        int size = 1, deepest = 0;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key)) throw Wrong(_parser.Require<ParsingEvent>(), "A key must be a text.");
            var value = Node(depth + 1);
            (size, deepest) = (size + value.Size, Math.Max(deepest, value.Depth + 1));
            if (key is { Value: "<<", Style: ScalarStyle.Plain }) (merged ??= []).AddRange(Merged(key, value.Node));
            else if (!block.TryAdd(key.Value, value.Node)) throw Wrong(key, $"The key '{key.Value}' is there twice.");
        }

        foreach (var other in merged ?? [])
        {
            foreach (var (key, value) in other)
            {
                if (!block.ContainsKey(key)) block.Add(key, value?.DeepClone());
            }
        }

        return new(block, size, deepest);
    }

    private Measured List(int depth)
    {
        _parser.Consume<SequenceStart>();
        var list = new JsonArray();
        int size = 1, deepest = 0;
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var item = Node(depth + 1);
            (size, deepest) = (size + item.Size, Math.Max(deepest, item.Depth + 1));
            list.Add(item.Node);
        }

        return new(list, size, deepest);
    }

    private static IEnumerable<JsonObject> Merged(Scalar key, JsonNode? value) => value switch
    {
        JsonObject one => [one],
        JsonArray several when several.All(item => item is JsonObject) => several.Select(item => (JsonObject)item!),
        _ => throw Wrong(key, "The key '<<' must have a block, or a list of blocks."),
    };

    private static JsonValue? Leaf(Scalar scalar)
    {
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty && scalar.Value is "" or "~" or "null" or "Null" or "NULL";
        return isNull ? null : JsonValue.Create(scalar.Value);
    }

    private static YamlException Wrong(ParsingEvent at, string sentence) => new(at.Start, at.End, sentence);
}
