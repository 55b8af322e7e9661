namespace AutoScaling.Architecture.Tests;

/// <summary>The folders of one package, from top to bottom.</summary>
internal sealed record FloorList(string Package, IReadOnlyList<string> Folders)
{
    /// <summary>
    /// How far down a folder stands, counted from 0; <see langword="null"/> if it is not listed. A name of its own goes before the place of
    /// all its siblings.
    /// </summary>
    public int? PlaceOf(string folder)
    {
        var all = $"{ParentOf(folder)}/*";
        var own = Folders.ToList();
        return own.IndexOf(folder) is >= 0 and var named ? named : own.IndexOf(all) is >= 0 and var sibling ? sibling : null;
    }

    private static string ParentOf(string folder) =>
        folder.Contains('/', StringComparison.Ordinal) ? folder[..folder.LastIndexOf('/')] : "";
}
