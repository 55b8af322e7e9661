using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>Folders, and more than three files, do not use each other in a circle.</summary>
internal static class CircleCheck
{
    private const int MostFiles = 3;

    public static IEnumerable<string> OfFolders(Package package) => Failures(package.Uses, package, f => f.Folder, most: 1);

    /// <remarks>That a type names its JSON converter is no use of it: the type works without, and the converter always uses the type.</remarks>
    public static IEnumerable<string> OfFiles(Package package) => Failures(package.Uses.Where(u => !u.IsConverter), package, f => f.Path, MostFiles);

    private static IEnumerable<string> Failures(IEnumerable<TypeUse> all, Package package, Func<SourceFile, string> nodeOf, int most)
    {
        var uses = all
            .Where(u => u.To is not null && nodeOf(u.From) != nodeOf(u.To))
            .ToLookup(u => nodeOf(u.From), StringComparer.Ordinal);
        IEnumerable<string> Next(string node) => uses[node].Select(u => nodeOf(u.To!));
        foreach (var circle in Circles.Of(package.Files.Select(nodeOf), Next).Where(c => c.Count > most))
        {
            var round = Circles.Shortest(circle, Next);
            var steps = round.Zip([.. round.Skip(1), round[0]], (from, to) => uses[from].First(u => nodeOf(u.To!) == to))
                .Select(u => $"{u.From.Path} uses {u.Type} of {nodeOf(u.To!)}");
            yield return $"{string.Join(", ", circle)} form a circle. Its shortest round: {string.Join(", ", steps)}.";
        }
    }
}
