namespace AutoScaling.Architecture.Tests.Checks;

public sealed class FolderCheckTests
{
    [Fact]
    public void Failures_UseOfWhatIsAbove_None() => Assert.Empty(FolderCheck.Failures(
        Demo.Of(
            ("Top/Name.cs", "namespace Demo; public class Name { }"),
            ("Below/User.cs", "namespace Demo; public class User { public Name? Of; public Other? Same; }"),
            ("Below/Other.cs", "namespace Demo; public class Other { }")),
        Demo.Floors));

    [Theory]
    [InlineData("User? _user;")] // the type of a field
    [InlineData("object Make() => new User();")]
    [InlineData("object Make() => User.Make();")] // a member
    [InlineData("bool Is(object o) => o is User;")]
    [InlineData("string Says => nameof(User);")]
    [InlineData("List<User> All => [];")]
    [InlineData("object Inner => new User.Part();")] // a nested type counts as the one around it
    [InlineData("[User] void Marked() { }")]
    [InlineData("int Asks(string text) => text.Size();", "Sizes")] // an extension
    public void Failures_UseOfWhatIsBelow_FileTypeAndFolders(string member, string type = "User")
    {
        const string Below = """
            namespace Demo;
            public sealed class User : Attribute { public class Part; public static User Make() => new(); }
            public static class Sizes { public static int Size(this string s) => s.Length; }
            """;
        var package = Demo.Of(("Top/Name.cs", $"namespace Demo; public class Name {{ {member} }}"), ("Below/User.cs", Below));
        Assert.Equal([$"Top/Name.cs uses {type} of Below, which is further down."], FolderCheck.Failures(package, Demo.Floors));
    }

    [Fact]
    public void Failures_OnlyACommentOrText_None() => Assert.Empty(FolderCheck.Failures(
        Demo.Of(
            ("Top/Name.cs", "namespace Demo; /// <summary><see cref=\"User\"/></summary>\npublic class Name { string Says => \"User\"; }"),
            ("Below/User.cs", "namespace Demo; public class User { }")),
        Demo.Floors));

    [Fact]
    public void Failures_SiblingsOfAStar_UseNothingOfEachOther()
    {
        var package = Demo.Of(
            ("Rules/Rule.cs", "namespace Demo; public class Rule { }"),
            ("Rules/Fixed/FixedRule.cs", "namespace Demo; public class FixedRule : Rule { }"),
            ("Rules/Steps/StepRule.cs", "namespace Demo; public class StepRule : FixedRule { }"),
            ("Engine/Table.cs", "namespace Demo; public class Table { object[] All => [new FixedRule(), new StepRule()]; }"));
        Assert.Equal(
            ["Rules/Steps/StepRule.cs uses FixedRule of Rules/Fixed, which is beside it."],
            FolderCheck.Failures(package, new("Demo", ["Rules", "Rules/*", "Engine"])));
    }

    [Fact]
    public void Failures_ListAndSourceDiffer_BothAreNamed()
    {
        var package = Demo.Of(
            ("Lost.cs", "namespace Demo; public class Lost { }"),
            ("Top/Name.cs", "namespace Demo; public class Name { }"),
            ("Top/Deep/A.cs", "namespace Demo; public class A { }"));
        Assert.Equal(
            [
                "the root of Demo has files, but is not in its list of floors.",
                "Top/Deep of Demo has files, but is not in its list of floors.",
                "Below is in the list of Demo, but has no files.",
            ],
            FolderCheck.Failures(package, Demo.Floors));
    }
}
