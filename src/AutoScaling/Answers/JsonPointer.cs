using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Answers;

/// <summary>
/// A place in a JSON document: <c>/queues/0/messages</c>. Names may hold <c>{target}</c>. Source: RFC 6901.
/// </summary>
internal sealed class JsonPointer
{
    private readonly string _text;
    private readonly ImmutableArray<string> _names;

    private JsonPointer(string text, ImmutableArray<string> names) => (_text, _names) = (text, names);

    /// <summary>Whether it is another place for each target.</summary>
    public bool HasTarget => Template.HasTarget(_text);

    /// <summary>Reads a pointer.</summary>
    /// <param name="setting">The setting that holds it, for sentences.</param>
    /// <param name="text">The pointer; empty for the whole document.</param>
    /// <exception cref="ScalingException">It is none (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static JsonPointer Parse(string setting, string text)
    {
        if (text is not ("" or ['/', ..])) throw Bounds.Broken(setting, "a JSON pointer such as /queue/messages", text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '~' && text.ElementAtOrDefault(i + 1) is not ('0' or '1'))
                throw Bounds.Broken(setting, "a JSON pointer, in which ~ is written ~0 and / inside a name ~1", text);
        }

        return new(text, [.. text.Split('/').Skip(1).Select(Unescaped)]);
    }

    /// <summary>Reads a pointer, if there is one.</summary>
    public static JsonPointer? ParseOptional(string setting, string? text) => text is null ? null : Parse(setting, text);

    /// <summary>What stands there; <see langword="null"/> if nothing does.</summary>
    public JsonElement? Find(JsonElement document, string target)
    {
        var here = document;
        foreach (var template in _names)
        {
            var name = Template.Fill(template, new(target));
            if (here.ValueKind == JsonValueKind.Object && here.TryGetProperty(name, out var value)) here = value;
            else if (here.ValueKind == JsonValueKind.Array && Index(name) is { } index && index < here.GetArrayLength()) here = here[index];
            else return null;
        }

        return here;
    }

    /// <summary>The pointer as it was written.</summary>
    public override string ToString() => _text;

    private static string Unescaped(string name) =>
        name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int? Index(string name) =>
        name is "0" or [>= '1' and <= '9', ..] && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
}
