using AutoScaling.Architecture.Tests.Sources;

namespace AutoScaling.Architecture.Tests.Checks;

public sealed class CircleCheckTests
{
    [Fact]
    public void OfFolders_TwoUseEachOther_AreNamedWithTheirUses()
    {
        var package = Demo.Of(
            ("Top/Name.cs", "namespace Demo; public class Name { User? _user; }"),
            ("Below/User.cs", "namespace Demo; public class User { Name? _name; }"),
            ("Beside/Alone.cs", "namespace Demo; public class Alone { Name? _name; }"));
        Assert.Equal(
            ["Below, Top form a circle. Its shortest round: Below/User.cs uses Name of Top, Top/Name.cs uses User of Below."],
            CircleCheck.OfFolders(package));
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(4, "F/C1.cs, F/C2.cs, F/C3.cs, F/C4.cs form a circle. Its shortest round: F/C1.cs uses C2 of F/C2.cs, "
        + "F/C2.cs uses C3 of F/C3.cs, F/C3.cs uses C4 of F/C4.cs, F/C4.cs uses C1 of F/C1.cs.")]
    public void OfFiles_EachUsesTheNext_OnlyMoreThanThreeFail(int files, string? failure)
    {
        var package = Files(files, i => $"class C{i} {{ C{(i % files) + 1}? _next; }}");
        Assert.Equal(Demo.Failures(failure), CircleCheck.OfFiles(package));
        Assert.Empty(CircleCheck.OfFolders(package));
    }

    [Fact]
    public void OfFiles_TwoCircles_AreTwoFailures()
    {
        // 1..4 and 5..8 are circles; from the first a way leads to the second, and none back.
        string Next(int i) => i is 4 or 8 ? $"C{i - 3}? _next; {(i == 4 ? "C5? _other;" : "")}" : $"C{i + 1}? _next;";
        var package = Files(8, i => $"class C{i} {{ {Next(i)} }}");
        Assert.Collection(
            CircleCheck.OfFiles(package),
            one => Assert.StartsWith("F/C1.cs, F/C2.cs, F/C3.cs, F/C4.cs form a circle.", one, StringComparison.Ordinal),
            other => Assert.StartsWith("F/C5.cs, F/C6.cs, F/C7.cs, F/C8.cs form a circle.", other, StringComparison.Ordinal));
    }

    [Fact]
    public void OfFiles_ATypeThatNamesItsConverter_None()
    {
        string Source(int i) => i == 1 ? "[JsonConverter(typeof(C2))] class C1;" : $"class C{i} {{ C{(i % 4) + 1}? _next; }}";
        var files = Enumerable.Range(1, 4).Select(i => ($"F/C{i}.cs", $"using System.Text.Json.Serialization; namespace Demo; {Source(i)}"));
        Assert.Empty(CircleCheck.OfFiles(Demo.Of([.. files])));
    }

    [Fact]
    public void OfFiles_PartsOfOneType_None() =>
        Assert.Empty(CircleCheck.OfFiles(Files(5, i => $"partial class C {{ C M{i}() => M{(i % 5) + 1}(); }}")));

    private static Package Files(int count, Func<int, string> source) =>
        Demo.Of([.. Enumerable.Range(1, count).Select(i => ($"F/C{i}.cs", $"namespace Demo; {source(i)}"))]);
}
