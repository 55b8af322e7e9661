using AutoScaling.Tool.Policies;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Tool.Import;

/// <summary>A resource of Kubernetes, with what a policy needs of its head.</summary>
internal sealed class ImportResource
{
    private readonly Fields _root;

    public ImportResource(string file, YamlNode node, ImportOptions options)
    {
        var text = (string name) => YamlPath.TextOf(YamlPath.Exact(node, name).Value) ?? "";
        var metadata = YamlPath.Exact(node, "metadata").Value;
        Kind = text("kind");
        ApiVersion = text("apiVersion");
        Name = YamlPath.TextOf(YamlPath.Exact(metadata, "name").Value) ?? "";
        Namespace = YamlPath.TextOf(YamlPath.Exact(metadata, "namespace").Value) is { Length: > 0 } own ? own : options.Namespace;
        File = file;
        Line = (int)node.Start.Line;
        Options = options;
        Report = new(file, $"{Kind} '{(Namespace is null ? "" : $"{Namespace}/")}{Name}'");
        _root = new(node, "", Line, Report);
        _root.Pass("apiVersion", "kind", "metadata", "status");
        Metadata = new(metadata, "metadata", Line, Report);
        Annotations = Metadata.Block("annotations");
        Spec = _root.Block("spec");
    }

    public string File { get; }

    public int Line { get; }

    public string Kind { get; }

    public string ApiVersion { get; }

    public string Name { get; }

    /// <summary>Its namespace; <see langword="null"/> if neither it nor the user names one.</summary>
    public string? Namespace { get; }

    public ImportOptions Options { get; }

    public ResourceReport Report { get; }

    /// <summary>What it says of itself; what nobody looks at says nothing of how to scale.</summary>
    public Fields Metadata { get; }

    public Fields Annotations { get; }

    public Fields Spec { get; }

    /// <summary>Tells what nobody has looked at, in its spec and among the annotations that concern autoscalers.</summary>
    public void TellRest()
    {
        _root.TellRest();
        Annotations.TellRest(name => name.Contains("keda.sh/", StringComparison.Ordinal)
            || name.StartsWith("autoscaling.", StringComparison.Ordinal));
    }
}
