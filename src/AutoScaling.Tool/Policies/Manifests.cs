using System.Collections.Immutable;
using AutoScaling.Tool.Input;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Policies;

/// <summary>
/// Policies in resources of Kubernetes: ConfigMaps that hold policy documents, and ScalingPolicies, each of which is one policy. Resources
/// of other kinds are left alone.
/// </summary>
internal static class Manifests
{
    /// <summary>Reads the policies of resources.</summary>
    /// <param name="file">The file, as the user named it.</param>
    /// <param name="resources">The documents of the file.</param>
    /// <exception cref="CommandException">A policy is wrong; all sentences of all resources, each with file and resource.</exception>
    public static ImmutableArray<PolicyOfFile> Read(string file, IEnumerable<YamlNode> resources)
    {
        List<string> errors = [];
        var policies = ImmutableArray.CreateBuilder<PolicyOfFile>();
        foreach (var resource in resources.SelectMany(Flattened))
        {
            try
            {
                policies.AddRange(Of(file, resource));
            }
            catch (CommandException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        return errors.Count == 0 ? policies.ToImmutable() : throw new CommandException(errors);
    }

    /// <summary>Whether this is a resource, and no policy document.</summary>
    public static bool IsResource(YamlNode? document) =>
        YamlPath.At(document, "kind") is not null && YamlPath.At(document, "apiVersion") is not null;

    /// <summary>Whether a resource is of a kind that policies stand in.</summary>
    public static bool MayHold(YamlNode resource) => Flattened(resource).Any(r => KindOf(r) switch
    {
        "ScalingPolicy" => true,
        "ConfigMap" => DocumentsOf(r).Any(),
        _ => false,
    });

    /// <summary>The resources in lists, and what is no list as it is.</summary>
    public static IEnumerable<YamlNode> Flattened(YamlNode resource) =>
        KindOf(resource).EndsWith("List", StringComparison.Ordinal) && YamlPath.At(resource, "items") is YamlSequenceNode list
            ? list.Children.SelectMany(Flattened)
            : [resource];

    private static IEnumerable<PolicyOfFile> Of(string file, YamlNode resource) => KindOf(resource) switch
    {
        "ConfigMap" => OfConfigMap(file, resource),
        "ScalingPolicy" => OfScalingPolicy(file, resource),
        _ => [],
    };

    private static ImmutableArray<PolicyOfFile> OfConfigMap(string file, YamlNode resource)
    {
        var policies = ImmutableArray.CreateBuilder<PolicyOfFile>();
        foreach (var (key, isJson, document) in DocumentsOf(resource))
        {
            var where = $"{file}, ConfigMap '{NameOf(resource)}', {key}";
            var read = PolicyDocuments.Read(
                file, where, () => isJson ? PolicyDocument.ParseJson(document) : PolicyDocument.ParseYaml(document));
            policies.AddRange(read.Select(p => new PolicyOfFile(file, p, YamlPath.PolicyOf(RootOf(document), p.Target.Name))));
        }

        return policies.ToImmutable();
    }

    /// <summary>The policy documents among the data of a ConfigMap.</summary>
    private static IEnumerable<(string Key, bool IsJson, string Text)> DocumentsOf(YamlNode configMap)
    {
        if (YamlPath.At(configMap, "data") is not YamlMappingNode entries) yield break;
        foreach (var (key, value) in entries.Children)
        {
            var name = YamlPath.TextOf(key) ?? "";
            var isJson = name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            if (value is not YamlScalarNode { Value: { } data } text || !(isJson || IsYaml(name))) continue;

            // A block begins on the line after its sign. Empty lines before it make its lines those of the file.
            var before = text.Start.Line - (text.Style is ScalarStyle.Literal or ScalarStyle.Folded ? 0 : 1);
            var document = new string('\n', (int)before) + data;
            if (YamlDocuments.Read(data) is null || YamlPath.At(RootOf(document), "policies") is not null)
                yield return (name, isJson, document);
        }
    }

    private static bool IsYaml(string name) =>
        name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>The spec is a policy; without a service it is of what <c>targetRef</c> names, or of the resource's own name.</summary>
    private static IEnumerable<PolicyOfFile> OfScalingPolicy(string file, YamlNode resource)
    {
        var where = $"{file}, line {resource.Start.Line}, ScalingPolicy '{NameOf(resource)}'";
        if (YamlPath.At(resource, "spec") is not YamlMappingNode spec)
            throw new CommandException($"{where}: spec must be a policy, but is not there.");
        var policy = new YamlMappingNode(spec.Children.Where(e => !IsTargetRef(e.Key)));
        if (YamlPath.At(spec, "service") is null) policy.Add("service", ServiceOf(resource, spec));
        var document = new YamlMappingNode { { "policies", new YamlSequenceNode(policy) } };
        document.Style = MappingStyle.Flow;
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(document)).Save(
            new Emitter(text, new EmitterSettings().WithBestWidth(int.MaxValue)),
            assignAnchors: false);

        // One line, without the end that YAML gives a document: the lines of this text are not those of the file, and must not be told.
        var read = PolicyDocuments.Read(file, where, () => PolicyDocument.ParseYaml(text.ToString().TrimEnd('\n', '\r', '.')));
        return read.Select(p => new PolicyOfFile(file, p, spec));
    }

    private static string ServiceOf(YamlNode resource, YamlNode spec)
    {
        var target = spec is YamlMappingNode block ? block.Children.FirstOrDefault(e => IsTargetRef(e.Key)).Value : null;
        var name = YamlPath.TextOf(YamlPath.At(target, "name")) ?? YamlPath.TextOf(YamlPath.At(resource, "metadata", "name"));
        var kind = YamlPath.TextOf(YamlPath.At(target, "kind")) is { } given ? $"{given.ToLowerInvariant()}s/" : "";
        var space = YamlPath.TextOf(YamlPath.At(resource, "metadata", "namespace")) is { } own ? $"{own}/" : "";
        return space + kind + name;
    }

    private static bool IsTargetRef(YamlNode key) => YamlPath.TextOf(key) is "targetRef" or "targetSelector" or "scaleTargetRef";

    private static string KindOf(YamlNode resource) => YamlPath.TextOf(YamlPath.At(resource, "kind")) ?? "";

    private static string NameOf(YamlNode resource) => YamlPath.TextOf(YamlPath.At(resource, "metadata", "name")) ?? "";

    private static YamlNode? RootOf(string text) => YamlDocuments.Read(text)?.FirstOrDefault();
}
