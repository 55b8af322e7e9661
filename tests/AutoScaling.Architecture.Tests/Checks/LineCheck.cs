using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>Lines end at 140 columns; one in a hundred may go on, but not beyond 180.</summary>
internal static class LineCheck
{
    private const int Usual = 140;
    private const int Most = 180;
    private const double Share = 0.01;

    public static IEnumerable<string> Failures(Package package)
    {
        var lines = package.Files.SelectMany(LinesOf).ToList();
        foreach (var (file, number, columns) in lines.Where(l => l.Columns > Most))
        {
            yield return $"{file}:{number} has {columns} columns, but at most {Most} are allowed.";
        }

        var longer = lines.Where(l => l.Columns > Usual).ToList();
        if (longer.Count <= lines.Count * Share) yield break;
        var few = $"have more than {Usual} columns, but at most 1 % may";
        var where = string.Join(", ", longer.CountBy(l => l.File).OrderByDescending(f => f.Value).Select(f => $"{f.Key} ({f.Value})"));
        yield return $"{longer.Count} of the {lines.Count} lines of {package.Name} {few}: {where}.";
    }

    private static IEnumerable<(string File, int Number, int Columns)> LinesOf(SourceFile file) =>
        file.Tree.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select((line, i) => (file.Path, i + 1, line.Length));
}
