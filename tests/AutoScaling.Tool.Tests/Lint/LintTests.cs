using System.Text.Json.Nodes;

namespace AutoScaling.Tool.Tests.Lint;

public sealed class LintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Traps.Policies, "web", 6)]
    [InlineData(Traps.ConfigMap, "web", 11)]
    [InlineData(Traps.ScalingPolicy, "shop/deployments/web", 6)]
    public async Task Lint_PolicyInAnyKindOfFile_TellsServiceAndLine(string text, string service, int line)
    {
        var file = _folder.Write("web.yaml", text);
        var (exitCode, output, errors) = await Tool.Run("lint", file, "--format", "json");

        Assert.Equal((1, ""), (exitCode, errors));
        var report = JsonNode.Parse(output)!;
        Assert.Equal(1, (int)report["policies"]!);
        var finding = Assert.Single(report["findings"]!.AsArray())!;
        Assert.Equal(
            ("warning", "long-interval", file, line, service, "behavior.scaleUp.cooldown"),
            ((string)finding["level"]!, (string)finding["rule"]!, (string)finding["file"]!, (int)finding["line"]!, (string)finding["service"]!, (string)finding["setting"]!));
    }

    [Fact]
    public async Task Lint_SeveralResourcesInOneFile_ReadsThoseThatHoldPolicies()
    {
        var list = $"{Traps.ConfigMap}\n---\n{Traps.ScalingPolicy}\n---\napiVersion: v1\nkind: Service\nmetadata: {{ name: web }}\n";
        var (exitCode, output, _) = await Tool.Run("lint", _folder.Write("all.yaml", list));
        Assert.Equal(1, exitCode);
        Assert.EndsWith("2 traps found in 2 policies.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lint_Folder_ReadsWhatHoldsPoliciesAndLeavesTheRest()
    {
        _folder.Write("a.yaml", Traps.Good);
        _folder.Write("b.yml", Traps.ScalingPolicy);
        _folder.Write("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: web }\n");
        _folder.Write("kustomization.yaml", "resources: [ a.yaml ]\n");
        _folder.Write("readme.md", "# policies\n");
        var (exitCode, output, errors) = await Tool.Run("lint", _folder.Path);
        Assert.Equal((1, ""), (exitCode, errors));
        Assert.EndsWith("1 trap found in 2 policies.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public Task Lint_FolderWithoutPolicies_IsTold() =>
        Tool.AssertWrong(["lint", _folder.Path], $"Policy folder '{_folder.Path}' holds no file with policies.");

    [Theory]
    [InlineData(Traps.Good, "warning", 0)]
    [InlineData(Traps.Policies, "warning", 1)]
    [InlineData(Traps.Policies, "error", 0)]
    [InlineData(Traps.Broken, "warning", 2)]
    [InlineData(Traps.Broken, "error", 2)]
    public async Task Lint_FailOn_DecidesTheExitCode(string text, string failOn, int expected) =>
        Assert.Equal(expected, (await Tool.Run("lint", _folder.Write("web.yaml", text), "--fail-on", failOn)).ExitCode);

    [Fact]
    public async Task Lint_OneFileBroken_TellsTheTrapsOfTheOthersToo()
    {
        var (exitCode, output, errors) = await Tool.Run("lint", _folder.Write("bad.yaml", Traps.Broken), _folder.Write("web.yaml", Traps.Policies));
        Assert.Equal(2, exitCode);
        Assert.Contains("[long-interval]", output, StringComparison.Ordinal);
        Assert.Equal($"Policy file '{_folder.At("bad.yaml")}': policies[0] (web), line 2: Max must be at least Min (3), but is 2.\n", errors);
    }

    [Fact]
    public Task Lint_BrokenConfigMap_NamesResourceKeyAndLineOfTheFile() => Tool.AssertWrong(
        ["lint", _folder.Write("map.yaml", Traps.ConfigMap.Replace("cpuTarget: 70", "cpuTarget: -7", StringComparison.Ordinal))],
        $"{_folder.At("map.yaml")}, ConfigMap 'policies', policies.yaml: policies[0] (web), line 8: CpuTarget must be more than 0, but is -7.");

    [Fact]
    public Task Lint_BrokenScalingPolicy_NamesIt() => Tool.AssertWrong(
        ["lint", _folder.Write("crd.yaml", Traps.ScalingPolicy + "\n  cpuTarget: -7\n")],
        $"{_folder.At("crd.yaml")}, line 1, ScalingPolicy 'web': policies[0] (shop/deployments/web): CpuTarget must be more than 0, but is -7.");

    [Fact]
    public Task Lint_ResourcesWithoutPolicies_IsTold() => Tool.AssertWrong(
        ["lint", _folder.Write("service.yaml", "apiVersion: v1\nkind: Service\n")],
        $"Policy file '{_folder.At("service.yaml")}': There is no policy in it: it has no ConfigMap with a policy document, and no ScalingPolicy.");

    [Fact]
    public Task Lint_NothingNamed_IsTold() => Tool.AssertWrong(["lint"], "There is no policy to look at: name a file with --policy FILE.");

    [Theory]
    [InlineData("--format", "xml", "--format must be text, json, sarif or github, but is 'xml'.")]
    [InlineData("--fail-on", "never", "--fail-on must be warning or error, but is 'never'.")]
    public Task Lint_WrongWord_IsTold(string option, string word, string sentence) => Tool.AssertWrong(["lint", option, word], sentence);
}
