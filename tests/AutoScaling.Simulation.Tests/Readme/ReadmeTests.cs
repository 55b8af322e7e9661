using AutoScaling.Tests.Readme;

namespace AutoScaling.Simulation.Tests.Readme;

/// <summary>What the package's README shows is what compiles.</summary>
public sealed class ReadmeTests
{
    private static readonly Document Readme = new("src/AutoScaling.Simulation/README.md");

    [Fact]
    public void CSharp_EveryBlock_IsCodeThatIsCompiled() =>
        Assert.Equal(Document.Regions("tests/AutoScaling.Simulation.Tests/Readme/Snippets.cs"), Readme.Blocks("csharp"));
}
