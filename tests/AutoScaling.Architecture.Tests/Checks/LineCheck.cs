using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

/// <summary>Lines end at 140 columns.</summary>
internal static class LineCheck
{
    private const int Most = 140;

    public static IEnumerable<string> Failures(Package package) =>
        from line in package.Files.SelectMany(LinesOf)
        where line.Columns > Most
        select $"{line.File}:{line.Number} has {line.Columns} columns, but at most {Most} are allowed.";

    private static IEnumerable<(string File, int Number, int Columns)> LinesOf(SourceFile file) =>
        file.Tree.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select((line, i) => (file.Path, i + 1, line.Length));
}
