using System.Text.Json.Nodes;
using AutoScaling.Tool.Findings;

namespace AutoScaling.Tool.Tests.Lint;

/// <summary>What other programs read of a lint.</summary>
public sealed class LintReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What SARIF 2.1.0 requires, and what code scanning needs on top: a rule, a level, a text and a relative place.</summary>
    [Fact]
    public async Task Sarif_TrapAndBrokenFile_HasTheShapeOfTheFormat()
    {
        Directory.CreateDirectory(_folder.At("my policies"));
        _folder.Write("my policies/web.yaml", Traps.Policies);
        _folder.Write("my policies/bad.yaml", Traps.Broken);
        var (exitCode, output, errors) = await Tool.RunIn(_folder.Path, "lint", "my policies", "--format", "sarif");

        Assert.Equal((2, ""), (exitCode, errors));
        var log = JsonNode.Parse(output)!.AsObject();
        Assert.Equal(["$schema", "version", "runs"], log.Select(p => p.Key));
        Assert.Equal("2.1.0", (string)log["version"]!);
        var run = Assert.Single(log["runs"]!.AsArray())!.AsObject();
        Assert.Equal(["tool", "results"], run.Select(p => p.Key));
        var driver = run["tool"]!["driver"]!.AsObject();
        Assert.Equal("autoscaling", (string)driver["name"]!);
        Assert.Matches(@"^\d+\.\d+\.\d+", (string)driver["version"]!);
        var rules = driver["rules"]!.AsArray().Select(r => (string)r!["id"]!).ToList();
        Assert.Equal(["invalid-policy", "long-interval"], rules);

        var results = run["results"]!.AsArray();
        Assert.All(results, r => Assert.Equal(["ruleId", "ruleIndex", "level", "message", "locations"], r!.AsObject().Select(p => p.Key)));
        Assert.All(results, r => Assert.Equal((string)r!["ruleId"]!, rules[(int)r["ruleIndex"]!]));
        Assert.All(results, r => Assert.NotEqual("", (string)r!["message"]!["text"]!));
        Assert.Equal(
            [("error", "my%20policies/bad.yaml", 2), ("warning", "my%20policies/web.yaml", 6)],
            results.Select(r => ((string)r!["level"]!, Place(r).Uri, Place(r).Line)));
    }

    [Fact]
    public async Task Github_Trap_IsACommandThatAnnotatesItsLine()
    {
        _folder.Write("web.yaml", Traps.Policies);
        var (exitCode, output, _) = await Tool.RunIn(_folder.Path, "lint", "web.yaml", "--format", "github");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("::warning file=web.yaml,line=6,title=long-interval::web: behavior.scaleUp.cooldown: ", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Github_SignsThatEndACommand_AreEscaped()
    {
        var result = new Finding { File = "/at/a,b:c.yaml", Line = 1, Rule = "r", Level = FindingLevel.Error, Message = "70 %\nmore: a, b" };
        Assert.Equal(["::error file=a%2Cb%3Ac.yaml,line=1,title=r::70 %25%0Amore: a, b"], GithubReport.Of([result], "/at"));
    }

    [Fact]
    public void Place_OutsideTheFolder_IsWhole()
    {
        Assert.Equal("/other/a.yaml", FilePlace.Relative("/other/a.yaml", "/at"));
        Assert.Equal("file:///other/a.yaml", FilePlace.Uri("/other/a.yaml", "/at"));
        Assert.Equal("..a.yaml", FilePlace.Relative("..a.yaml", "/at"));
    }

    private static (string Uri, int Line) Place(JsonNode result)
    {
        var place = Assert.Single(result["locations"]!.AsArray())!["physicalLocation"]!;
        return ((string)place["artifactLocation"]!["uri"]!, (int)place["region"]!["startLine"]!);
    }
}
