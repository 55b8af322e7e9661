using System.Text.Json.Nodes;
using AutoScaling.Tests;

namespace AutoScaling.Tool.Tests.Converting;

/// <summary>The command <c>convert</c>, as a user runs it.</summary>
public sealed class ConvertCommandTests : IDisposable
{
    private static readonly string LeavesOut = Converted.Hpa("surprise: 1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Convert_File_WritesPoliciesThatAreRead()
    {
        var (exitCode, output, errors) = await Tool.Run("convert", _folder.Write("hpa.yaml", Converted.Hpa("minReplicas: 2")), "--exact");
        Assert.Equal((0, "1 policy of 1 resource; nothing is left out, nothing differs.\n"), (exitCode, errors));
        Assert.Equal([Converted.Policy(Converted.Hpa("minReplicas: 2"), exact: true)], PolicyDocument.ParseYaml(output));
        _folder.Write("policies.yaml", output);
        Assert.Equal(0, (await Tool.RunIn(_folder.Path, "lint", "policies.yaml", "--fail-on", "error")).ExitCode);
    }

    [Theory]
    [InlineData("warning", 1)]
    [InlineData("note", 1)]
    [InlineData("error", 0)]
    public async Task Convert_SomethingLeftOut_FailsAsTold(string failOn, int expected)
    {
        var (exitCode, output, errors) = await Tool.Run("convert", _folder.Write("hpa.yaml", LeavesOut), "--fail-on", failOn);
        Assert.Equal(expected, exitCode);
        Assert.Single(PolicyDocument.ParseYaml(output));
        Assert.StartsWith($"{_folder.At("hpa.yaml")}, line 7: HorizontalPodAutoscaler 'shop/web': spec.surprise: is not known to this command, and left out. [unmapped]\n", errors, StringComparison.Ordinal);
        Assert.EndsWith("1 policy of 1 resource: 1 left out, 1 different.\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_ListAndFolder_ReadsAllAndLeavesTheRestAlone()
    {
        var (hpa, keda) = (Converted.Hpa(""), Converted.Keda("triggers: [ { type: cpu, metadata: { value: '60' } } ]"));
        _folder.Write("a.yaml", $"apiVersion: v1\nkind: List\nitems:\n{Indented(hpa)}\n{Indented("apiVersion: v1\nkind: Service\nmetadata: { name: s }")}");
        _folder.Write("b.json", """{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c" } }""");
        _folder.Write("c.yml", $"{keda}\n---\n");
        var (exitCode, output, errors) = await Tool.Run("convert", _folder.Path);
        Assert.Equal(["shop/web", "shop/work"], PolicyDocument.ParseYaml(output).Select(p => p.Target.Name));
        Assert.Equal(0, exitCode);
        Assert.Contains("2 policies of 2 resources", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json", "\"rule\": \"unmapped\"")]
    [InlineData("sarif", "\"ruleId\": \"unmapped\"")]
    [InlineData("github", "::warning file=hpa.yaml,line=7,title=unmapped::HorizontalPodAutoscaler 'shop/web': spec.surprise: ")]
    public async Task Convert_OtherFormat_TellsItToPrograms(string format, string expected)
    {
        _folder.Write("hpa.yaml", LeavesOut);
        var (exitCode, output, errors) = await Tool.RunIn(_folder.Path, "convert", "hpa.yaml", "--format", format, "--output", "policies.yaml");
        Assert.Equal((1, ""), (exitCode, errors));
        Assert.Contains(expected, output, StringComparison.Ordinal);
        if (format != "github") Assert.NotNull(JsonNode.Parse(output));
        Assert.Single(PolicyDocument.Load(_folder.At("policies.yaml")));
    }

    [Fact]
    public Task Convert_OtherFormatWithoutOutput_IsTold() => Tool.AssertWrong(
        ["convert", "hpa.yaml", "--format", "json"], "--format writes to the standard output, where the policies would go: say with --output FILE where to.");

    [Fact]
    public Task Convert_Nothing_IsTold() => Tool.AssertWrong(["convert"], "There is nothing to convert: name a FILE, or a cluster with --from-cluster.");

    [Fact]
    public Task Convert_ContextWithoutCluster_IsTold() => Tool.AssertWrong(
        ["convert", "hpa.yaml", "--context", "east"], "--context is of a cluster: add --from-cluster, and leave files out.");

    [Fact]
    public async Task Convert_NoAutoscaler_IsTold() => await Tool.AssertWrong(
        ["convert", _folder.Write("s.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: s }\n")], "There is no HorizontalPodAutoscaler and no ScaledObject to convert.");

    [Fact]
    public async Task Convert_NoYaml_IsToldWithTheLine()
    {
        var (exitCode, output, errors) = await Tool.Run("convert", _folder.Write("x.yaml", "a: b\nc: [\n"));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"{_folder.At("x.yaml")}, line ", errors, StringComparison.Ordinal);
        Assert.Contains("is neither YAML nor JSON: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_BrokenResource_IsExitCode2()
    {
        var (exitCode, output, errors) = await Tool.Run("convert", _folder.Write("hpa.yaml", Converted.Hpa("minReplicas: many")));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("spec.minReplicas: must be a whole number, but is 'many'. [invalid-resource]", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hpa.yaml", "prod/shop", 2, 20)]
    [InlineData("scaledobject.yaml", "worker", 1, 10)]
    public async Task Convert_Example_HasNothingLeftOut(string file, string service, int min, int max)
    {
        var path = Path.Combine(Oracle.RepositoryRoot(), "..", "shared", "cases", "shapes", file);
        Assert.SkipUnless(File.Exists(path), $"There is no example at '{path}'.");
        var (exitCode, output, errors) = await Tool.Run("convert", path);
        Assert.True(exitCode == 0, errors);
        var policy = Assert.Single(PolicyDocument.ParseYaml(output));
        Assert.Equal((service, new ReplicaRange(min, max)), (policy.Target.Name, policy.Range));
    }

    private static string Indented(string resource) => $"- {resource.ReplaceLineEndings("\n  ")}";
}
