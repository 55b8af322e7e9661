using System.Collections.Immutable;

namespace AutoScaling.Documents;

/// <summary>
/// Policies in a JSON or YAML file. The file is looked at, rather than watched for: that also sees a file that is replaced through links,
/// as mounted configuration is.
/// </summary>
internal sealed class FilePolicies(string path, int maxBytes) : IPolicySource
{
    // As many links as systems follow.
    private const int MaxLinks = 40;

    private string? _whole;
    private FileStamp _seen;

    public string Name => $"'{path}'";

    public ImmutableArray<ScalingPolicy> Read(PolicySourceContext context)
    {
        _whole = Path.Combine(context.ContentRoot, path);
        _seen = Stamp();
        return PolicyDocument.Load(_whole, context.Defaults, context.RuleTypes, maxBytes);
    }

    public bool HasChanged() => Stamp() != _seen;

    private FileStamp Stamp()
    {
        try
        {
            // Where all links lead: another file may have the same time and size.
            var file = new FileInfo(Real(_whole ?? path));
            return file.Exists ? new(file.FullName, file.CreationTimeUtc, file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone, or on its way: reading it says so.
            return default;
        }
    }

    /// <summary>The path without links, neither of the file nor of its folders: mounted configuration changes a link to a folder.</summary>
    private static string Real(string path)
    {
        var real = Path.GetFullPath(path);
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(real) is not { } link) break;
            var target = Path.Combine(Path.GetDirectoryName(link)!, new FileInfo(link).LinkTarget!);
            real = Path.GetFullPath(Path.Join(target, real[link.Length..]));
        }

        return real;
    }

    private static string? FirstLink(string path)
    {
        for (var end = path.IndexOf(Path.DirectorySeparatorChar, 1); ; end = path.IndexOf(Path.DirectorySeparatorChar, end + 1))
        {
            var part = end < 0 ? path : path[..end];
            if (new FileInfo(part).LinkTarget is not null) return part;
            if (end < 0) return null;
        }
    }

    private readonly record struct FileStamp(string Path, DateTime Created, DateTime Written, long Length);
}
