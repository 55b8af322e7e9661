using System.Text.RegularExpressions;
using AutoScaling.Tests.Readme;

namespace AutoScaling.Architecture.Tests;

/// <summary>The page for contributors is short, and right about what is where.</summary>
public sealed partial class ContributingTests
{
    private readonly Document _page = new("CONTRIBUTING.md");

    [Fact]
    public void Page_IsOnePage() => Assert.InRange(_page.Lines.Length, 1, 120);

    [Fact]
    public void Paths_AreThere()
    {
        var paths = _page.Lines.SelectMany(line => Named().Matches(line)).Select(m => m.Groups["path"].Value).ToList();
        Assert.NotEmpty(paths);
        Assert.Equal([], paths.Where(path => !Path.Exists(Document.PathOf(path))));
        _page.AssertPathsAreThere();
    }

    [Fact]
    public void Table_ListsTheFloorsOfTheCore() =>
        Assert.Equal(Floors.Core.Folders, _page.Lines.SelectMany(line => Floor().Matches(line)).Select(m => m.Groups["folder"].Value));

    /// <summary>A path of the repository; one with a part to be chosen up to that part.</summary>
    [GeneratedRegex(@"(^|[ `])(?<path>(src|tests)/[\w./]*\w)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| `(?<folder>[^`]+)` \|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Floor();
}
