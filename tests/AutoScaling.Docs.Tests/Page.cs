using AutoScaling.Tests;

namespace AutoScaling.Docs.Tests;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">Its path in the repository.</param>
public sealed record Page(string Path)
{
    /// <summary>The pages in <c>docs</c>.</summary>
    public static IEnumerable<Page> Docs => PagesIn("docs");

    /// <summary>All pages: those in <c>docs</c>, the README, those of packages.</summary>
    public static IEnumerable<Page> All =>
        Docs.Append(new("README.md")).Append(new("CONTRIBUTING.md")).Concat(Directory.GetDirectories(Whole("src")).SelectMany(d => PagesIn($"src/{System.IO.Path.GetFileName(d)}")));

    public string[] Lines => File.ReadAllLines(Whole(Path));

    /// <summary>The whole path of a file of the repository.</summary>
    public static string Whole(string path) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Oracle.RepositoryRoot(), path));

    /// <summary>The blocks of code in a language, each named by page and line.</summary>
    public IEnumerable<Snippet> Blocks(string language)
    {
        var lines = Lines;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal)) continue;
            var end = Array.IndexOf(lines, "```", i + 1);
            if (lines[i] == "```" + language) yield return new($"{Path}, line {i + 2}", string.Join('\n', lines[(i + 1)..end]));
            i = end;
        }
    }

    public override string ToString() => Path;

    private static IEnumerable<Page> PagesIn(string folder) =>
        Directory.GetFiles(Whole(folder), "*.md").Order(StringComparer.Ordinal).Select(f => new Page($"{folder}/{System.IO.Path.GetFileName(f)}"));
}

/// <summary>A block of code of a page.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">What it is.</param>
public sealed record Snippet(string Place, string Text)
{
    public override string ToString() => Place;
}
