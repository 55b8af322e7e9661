using System.Text.RegularExpressions;

namespace AutoScaling.Tests.Readme;

/// <summary>A document of the repository, and the code in it.</summary>
internal sealed partial class Document(string path)
{
    public string[] Lines { get; } = File.ReadAllLines(PathOf(path));

    /// <summary>The whole path of a file of the repository.</summary>
    public static string PathOf(string path) => Path.Combine(Oracle.RepositoryRoot(), path);

    /// <summary>The blocks of code in a language.</summary>
    public IEnumerable<string> Blocks(string language)
    {
        for (var i = 0; i < Lines.Length; i++)
        {
            if (Lines[i] != "```" + language) continue;
            var end = Array.IndexOf(Lines, "```", i + 1);
            yield return string.Join('\n', Lines[(i + 1)..end]);
            i = end;
        }
    }

    /// <summary>What is neither code nor a table: lines that follow each other, as one text.</summary>
    public IEnumerable<string> Paragraphs()
    {
        var paragraph = "";
        var isCode = false;
        foreach (var line in Lines.Append(""))
        {
            var isFence = line.StartsWith("```", StringComparison.Ordinal);
            if (isFence) isCode = !isCode;
            if (!isFence && !isCode && line.Length > 0 && line[0] is not ('|' or '#'))
            {
                paragraph = paragraph.Length == 0 ? line : $"{paragraph} {line}";
                continue;
            }

            if (paragraph.Length > 0) yield return paragraph;
            paragraph = "";
        }
    }

    /// <summary>The regions of a file of code.</summary>
    public static IEnumerable<string> Regions(string file)
    {
        var lines = File.ReadAllLines(PathOf(file));
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("#region", StringComparison.Ordinal)) continue;
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var end = Array.FindIndex(lines, i, l => l.TrimStart().StartsWith("#endregion", StringComparison.Ordinal));
            yield return string.Join('\n', lines[(i + 1)..end].Select(l => l.Length > indent ? l[indent..] : ""));
            i = end;
        }
    }

    /// <summary>Every project and solution that a command names must be there.</summary>
    public void AssertPathsAreThere()
    {
        var paths = Blocks("bash").SelectMany(block => ProjectPath().Matches(block).Select(m => m.Groups["path"].Value)).ToList();
        Assert.NotEmpty(paths);
        Assert.All(paths, named => Assert.True(Path.Exists(PathOf(named)), $"{path} names {named}, which is not there."));
    }

    [GeneratedRegex(@"(--project|--solution) (?<path>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ProjectPath();
}
