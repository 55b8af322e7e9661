using System.Collections.Immutable;
using System.Globalization;
using AutoScaling.Primitives;
using AutoScaling.Tool.Input;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Policies;

/// <summary>The documents of a text in YAML or JSON, with the place of everything in them.</summary>
internal static class YamlDocuments
{
    /// <summary>The documents; <see langword="null"/> if the text is not YAML: whoever reads policies says why.</summary>
    public static ImmutableArray<YamlNode>? Read(string text)
    {
        try
        {
            return Load(text);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return null;
        }
    }

    /// <summary>The documents.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What it is called in the sentence about a text that is not YAML.</param>
    /// <exception cref="CommandException">It is not YAML.</exception>
    public static ImmutableArray<YamlNode> Read(string text, string name)
    {
        try
        {
            return Load(text);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            var line = e is YamlException { Start.Line: > 0 and var at } ? $", line {at.ToString(CultureInfo.InvariantCulture)}" : "";
            throw new CommandException($"{name}{line} is neither YAML nor JSON: {Phrase.Of(e)}.");
        }
    }

    private static ImmutableArray<YamlNode> Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    private static bool IsTrouble(Exception e) => e is YamlException or ArgumentException or InvalidOperationException;
}
