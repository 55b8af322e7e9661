using System.Collections.Immutable;

namespace AutoScaling.Documents;

/// <summary>
/// Policies in a JSON or YAML file. The file's time and size are looked at, rather than watched for: that also sees a file that is
/// replaced through links, as mounted
/// configuration is.
/// </summary>
internal sealed class FilePolicies(string path) : IPolicySource
{
    private string? _whole;
    private (DateTime, long) _seen;

    public string Name => $"'{path}'";

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
    {
        _whole = Path.Combine(context.ContentRoot, path);
        _seen = Stamp();
        return PolicyDocument.Load(_whole, context.Defaults, context.RuleTypes);
    }

    public bool HasChanged() => Stamp() != _seen;

    private (DateTime, long) Stamp()
    {
        try
        {
            // Through links: what they point to is what changes.
            var file = new FileInfo(_whole ?? path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? (target.LastWriteTimeUtc, target.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone, or on its way: reading it says so.
            return default;
        }
    }
}
