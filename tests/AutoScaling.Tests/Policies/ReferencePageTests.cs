namespace AutoScaling.Tests.Policies;

public sealed class ReferencePageTests
{
    private const string Path = "src/AutoScaling/Policies/README.md";

    [Fact]
    public void Page_IsMadeFromTheTables() => GeneratedFile.AssertIs(Path, ReferencePage.Text());

    [Fact]
    public void Page_Example_IsReadAndHoldsEverySetting()
    {
        var block = new Readme.Document(Path).Blocks("yaml").First();
        Assert.Equal(["web", "orders"], PolicyDocument.ParseYaml(block).Select(p => p.Target.Name));

        // Of settings that exclude each other one is in the example.
        string[] others = ["service", "percentChange", "to", "ceiling", "exact", "add"];
        var settings = FuzzTests.Keys.Where(key => key.Length > 1 && char.IsLower(key[0])).Except(others);
        Assert.All(settings, key => Assert.Contains($"{key}:", block, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_Tables_HoldEverySetting()
    {
        var lines = new Readme.Document(Path).Lines;
        var settings = FuzzTests.Keys.Where(key => key.Length > 1 && char.IsLower(key[0])).Except(["policies", "type", "x"]);
        Assert.All(settings, key => Assert.Contains(lines, line => line.StartsWith($"| `{key}` |", StringComparison.Ordinal)));
    }
}
