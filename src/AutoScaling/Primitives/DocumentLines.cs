using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>On which line each part of a document begins, for sentences about it.</summary>
/// <param name="text">The document. Of one that is a single line, lines say nothing, and none are kept.</param>
internal sealed class DocumentLines(string text)
{
    private readonly Dictionary<JsonNode, long> _lines = new(ReferenceEqualityComparer.Instance);
    private readonly bool _hasLines = text.AsSpan().TrimEnd().ContainsAny('\n', '\r');

    public void Add(JsonNode? part, long line)
    {
        if (_hasLines && part is not null) _lines.TryAdd(part, line);
    }

    /// <summary>The line, from 1; <see langword="null"/> if it is not known, as of nulls and of what an alias stands for.</summary>
    public long? Of(JsonNode? part) => part is not null && _lines.TryGetValue(part, out var line) ? line : null;
}
