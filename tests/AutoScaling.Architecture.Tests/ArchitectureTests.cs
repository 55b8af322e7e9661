using AutoScaling.Architecture.Tests.Checks;
using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests;

/// <summary>What holds for the sources of every package.</summary>
public sealed class ArchitectureTests(Packages packages)
{
    // A name that means nothing hides what it uses. Generated code explains a few of them.
    private const double MostUnresolved = 0.02;

    public static TheoryData<string> All => [.. Floors.All.Select(f => f.Package)];

    [Fact]
    public void Floors_ListEveryPackage() =>
        Assert.Equal(Packages.Names.Order(StringComparer.Ordinal), Floors.All.Select(f => f.Package).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(All))]
    public void Sources_AreUnderstood(string package)
    {
        var share = packages[package].Unresolved;
        Assert.True(share <= MostUnresolved, $"{share:P1} of the names in {package} mean nothing here.");
    }

    [Theory, MemberData(nameof(All))]
    public void Folders_UseOnlyFoldersAboveThem(string package) =>
        Holds(FolderCheck.Failures(packages[package], Floors.All.Single(f => f.Package == package)));

    [Theory, MemberData(nameof(All))]
    public void Folders_FormNoCircle(string package) => Holds(CircleCheck.OfFolders(packages[package]));

    [Theory, MemberData(nameof(All))]
    public void Files_FormNoCircle(string package) => Holds(CircleCheck.OfFiles(packages[package]));

    [Theory, MemberData(nameof(All))]
    public void Namespaces_FollowFolders(string package) => Holds(NamespaceCheck.Failures(packages[package]));

    [Fact]
    public void Core_ReachesNoReaders() => Holds(ReaderCheck.Failures(packages[Floors.Core.Package], Floors.Core, Floors.Readers));

    [Theory, MemberData(nameof(All))]
    public void Types_HaveNoMutableStatics(string package) => Holds(StaticsCheck.Failures(packages[package]));

    [Theory, MemberData(nameof(All))]
    public void Lines_AreShort(string package) => Holds(LineCheck.Failures(packages[package]));

    [Theory, MemberData(nameof(All))]
    public void Parameters_AreFew(string package) => Holds(ParameterCheck.Failures(packages[package]));

    private static void Holds(IEnumerable<string> failures)
    {
        var all = failures.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
