namespace AutoScaling.Architecture.Tests;

/// <summary>The folders of one package, from top to bottom.</summary>
internal sealed record FloorList(string Package, IReadOnlyList<string> Folders)
{
    /// <summary>How far down a folder stands, counted from 0; <see langword="null"/> if it is not listed.</summary>
    public int? PlaceOf(string folder)
    {
        var all = $"{ParentOf(folder)}/*";
        for (var i = 0; i < Folders.Count; i++)
        {
            if (Folders[i] == folder || Folders[i] == all) return i;
        }

        return null;
    }

    private static string ParentOf(string folder) =>
        folder.Contains('/', StringComparison.Ordinal) ? folder[..folder.LastIndexOf('/')] : "";
}
