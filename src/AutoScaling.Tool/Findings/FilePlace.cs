namespace AutoScaling.Tool.Findings;

/// <summary>Files as servers know them that have the same repository elsewhere: relative to the folder that the command runs in.</summary>
internal static class FilePlace
{
    /// <summary>The path from a folder, with <c>/</c> between names; whole, if the file is not in the folder.</summary>
    public static string Relative(string file, string folder)
    {
        var relative = Path.GetRelativePath(folder, Path.GetFullPath(file, folder)).Replace('\\', '/');
        var isOutside = relative is ".." || relative.StartsWith("../", StringComparison.Ordinal);
        return isOutside ? Path.GetFullPath(file, folder).Replace('\\', '/') : relative;
    }

    /// <summary>The same as a URI.</summary>
    public static string Uri(string file, string folder)
    {
        var path = Relative(file, folder);
        return Path.IsPathRooted(path)
            ? new Uri(path).AbsoluteUri
            : string.Join('/', path.Split('/').Select(System.Uri.EscapeDataString));
    }
}
