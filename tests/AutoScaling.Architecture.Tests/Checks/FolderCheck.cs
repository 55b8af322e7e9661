using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>A folder uses only itself and the folders above it in its package's list.</summary>
internal static class FolderCheck
{
    public static IEnumerable<string> Failures(Package package, FloorList floors)
    {
        foreach (var folder in package.Folders.Where(f => floors.PlaceOf(f) is null))
        {
            yield return $"{folder} of {package.Name} has files, but is not in its list of floors.";
        }

        var places = package.Folders.Select(floors.PlaceOf).ToHashSet();
        foreach (var folder in floors.Folders.Where((_, place) => !places.Contains(place)))
        {
            yield return $"{folder} is in the list of {package.Name}, but has no files.";
        }

        foreach (var use in package.Uses)
        {
            if (use.To is null || use.To.Folder == use.From.Folder) continue;
            if (floors.PlaceOf(use.From.Folder) is not { } from || floors.PlaceOf(use.To.Folder) is not { } to || to < from) continue;
            yield return $"{use.From.Path} uses {use.Type} of {use.To.Folder}, which is {(to > from ? "further down" : "beside it")}.";
        }
    }
}
