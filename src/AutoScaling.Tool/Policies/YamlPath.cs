using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Policies;

/// <summary>Finds parts of YAML; JSON is YAML, too. Keys are compared without regard to case, as documents are read.</summary>
internal static class YamlPath
{
    /// <summary>A part by its name, or of a list by its number from 0; nothing if it is not there.</summary>
    public static (YamlNode? Key, YamlNode? Value) Child(YamlNode? node, string name)
    {
        switch (node)
        {
            case YamlMappingNode block:
                var entry = block.Children.FirstOrDefault(e => string.Equals(TextOf(e.Key), name, StringComparison.OrdinalIgnoreCase));
                return (entry.Key, entry.Value);
            case YamlSequenceNode list when int.TryParse(name, CultureInfo.InvariantCulture, out var at) && at < list.Children.Count:
                return (null, list.Children[at]);
            default:
                return (null, null);
        }
    }

    /// <summary>A part by its name, compared as Kubernetes does: with regard to case.</summary>
    public static (YamlNode? Key, YamlNode? Value) Exact(YamlNode? node, string name)
    {
        var entry = (node as YamlMappingNode)?.Children.FirstOrDefault(e => string.Equals(TextOf(e.Key), name, StringComparison.Ordinal));
        return (entry?.Key, entry?.Value);
    }

    /// <summary>The value by its keys.</summary>
    public static YamlNode? At(YamlNode? node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names) node = Child(node, name).Value;
        return node;
    }

    /// <summary>The text of a value; <see langword="null"/> if it is none.</summary>
    public static string? TextOf(YamlNode? node) => (node as YamlScalarNode)?.Value;

    /// <summary>What describes a service's policy in a policy document: an item of the list, or an entry of the map.</summary>
    public static YamlNode? PolicyOf(YamlNode? document, string service) => At(document, "policies") switch
    {
        YamlSequenceNode list =>
            list.Children.FirstOrDefault(p => string.Equals(TextOf(At(p, "service")), service, StringComparison.Ordinal)),
        YamlMappingNode map => At(map, service),
        _ => null,
    };
}
