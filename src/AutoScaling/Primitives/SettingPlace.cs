using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>Where a block stands in a document; collects what is wrong with it, each sentence with its place and line.</summary>
/// <param name="path">The way to the block: <c>policies[0] (web).rules[2]</c>; empty for the document.</param>
/// <param name="errors">What is wrong with the whole document so far.</param>
/// <param name="lines">Where the parts of the document are, if it is a text.</param>
/// <param name="line">The line on which the block begins, if it is known.</param>
internal sealed class SettingPlace(string path, List<string> errors, DocumentLines? lines, long? line = null)
{
    private string _label = "";
    private long? _settingLine;

    /// <summary>The way to the block, without its label.</summary>
    public string Path => path;

    public int ErrorCount => errors.Count;

    /// <summary>Names the block in its errors.</summary>
    public void Label(string label) => _label = $" ({label})";

    /// <summary>Adds an error.</summary>
    /// <param name="sentence">What is wrong.</param>
    public void Error(string sentence)
    {
        var place = path.Length == 0 ? "" : $"{path}{_label}";
        if ((_settingLine ?? line) is { } known) place += $"{(place.Length == 0 ? "" : ", ")}line {Phrase.Exact(known)}";
        errors.Add(place.Length == 0 ? sentence : $"{place}: {sentence}");
    }

    /// <summary>Adds an error about a part of the block: it has the line of that part, if it is known.</summary>
    public void Error(string sentence, JsonNode? about) => At(about, () => Error(sentence));

    /// <summary>Does something of which all errors are about one part of the block.</summary>
    public void At(JsonNode? about, Action act)
    {
        var before = _settingLine;
        _settingLine = lines?.Of(about) ?? before;
        try
        {
            act();
        }
        finally
        {
            _settingLine = before;
        }
    }

    /// <summary>The way to a setting of the block.</summary>
    public string Below(string key) => path.Length == 0 ? key : $"{path}{_label}.{key}";

    /// <summary>The place of a block inside this one.</summary>
    public SettingPlace Inside(JsonNode block, string at) => new(at, errors, lines, lines?.Of(block) ?? _settingLine ?? line);
}
