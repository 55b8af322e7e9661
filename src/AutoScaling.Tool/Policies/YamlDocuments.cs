using System.Collections.Immutable;
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
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(d => d.RootNode)];
        }
        catch (Exception e) when (e is YamlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
