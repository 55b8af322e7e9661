using System.Text.RegularExpressions;

namespace AutoScaling.Docs.Tests;

/// <summary>Pages are found, and lead to what is there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<Page> Pages => [.. Page.All];

    public static TheoryData<Page> Docs => [.. Page.Docs];

    [Theory, MemberData(nameof(Pages))]
    public void Links_LeadToFilesAndHeadings(Page page)
    {
        foreach (var link in Link().Matches(string.Join('\n', page.Lines)).Select(m => m.Groups["to"].Value).Where(l => !l.Contains("://", StringComparison.Ordinal)))
        {
            var parts = link.Split('#');
            var path = parts[0].Length == 0 ? page.Path : Path.Combine(Path.GetDirectoryName(page.Path)!, parts[0]);
            Assert.True(Path.Exists(Page.Whole(path)), $"{page} leads to {link}, which is not there.");
            if (parts.Length > 1) Assert.Contains(parts[1], File.ReadLines(Page.Whole(path)).Where(l => l.StartsWith('#')).Select(Anchor));
        }
    }

    /// <summary>A package's page is shown where the repository is not.</summary>
    [Fact]
    public void PackagePages_HaveNoRelativeLinks()
    {
        var pages = Directory.GetDirectories(Page.Whole("src")).Where(d => Directory.EnumerateFiles(d, "*.csproj").Any())
            .Select(d => new Page($"src/{Path.GetFileName(d)}/README.md"));
        foreach (var page in pages)
            Assert.All(Link().Matches(string.Join('\n', page.Lines)), m => Assert.Matches("^(#|https?://)", m.Groups["to"].Value));
    }

    [Fact]
    public void Index_LeadsToEveryPage()
    {
        var index = string.Join('\n', new Page("docs/README.md").Lines);
        Assert.All(Page.Docs.Where(p => p.Path != "docs/README.md"), p => Assert.Contains($"({Path.GetFileName(p.Path)})", index, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Docs))]
    public void Lines_OfTextAndCode_AreAtMost140Columns(Page page) =>
        Assert.All(page.Lines.Where(l => !l.StartsWith('|')), l => Assert.InRange(l.Length, 0, 140));

    private static string Anchor(string heading) =>
        string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Link();
}
