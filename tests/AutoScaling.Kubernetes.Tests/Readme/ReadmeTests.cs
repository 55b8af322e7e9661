using System.Text.RegularExpressions;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Deployment;
using AutoScaling.Tests.Readme;
using k8s.Models;

namespace AutoScaling.Kubernetes.Tests.Readme;

/// <summary>What the package's README shows is what compiles, what the manifests say, and what the options are.</summary>
public sealed partial class ReadmeTests
{
    private static readonly Document Readme = new("src/AutoScaling.Kubernetes/README.md");

    [Fact]
    public void CSharp_EveryBlock_IsCodeThatIsCompiled() => Assert.Equal(
        Document.Regions("tests/AutoScaling.Kubernetes.Tests/Readme/Snippets.cs")
            .Prepend(File.ReadAllText(Document.PathOf("samples/AutoScaling.KubernetesWorker/Program.cs")).Trim()),
        Readme.Blocks("csharp"));

    [Fact]
    public void Yaml_EveryBlock_IsAPolicyThatTheSnippetsCanServe()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, KubeConfig.Text("http://127.0.0.1:1", null, new KubeConfigUser("east")));
            var services = new ServiceCollection().AddLogging();
            var builder = services.AddAutoScaling().UseKubernetes(o => o.KubeConfig = file);
            Snippets.Clusters(builder);
            Snippets.Metrics(builder);
            foreach (var policy in Readme.Blocks("yaml").SelectMany(block => PolicyDocument.ParseYaml(block))) builder.AddPolicy(policy);
            using var provider = services.BuildServiceProvider();
            Assert.NotEmpty(provider.GetRequiredService<IAutoScaler>().GetStatus().Targets);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Shell_EveryPath_IsThere()
    {
        var paths = Readme.Blocks("bash").SelectMany(block => AppliedPath().Matches(block).Select(m => m.Groups["path"].Value)).ToList();
        Assert.Equal(4, paths.Count);
        Assert.All(paths, path => Assert.True(Path.Exists(Document.PathOf(path)), $"The README names {path}, which is not there."));
    }

    [Fact]
    public void Shell_PolicyFile_IsOneThatTheWorkerTakes()
    {
        var path = Assert.Single(Readme.Blocks("bash").SelectMany(block => PolicyFile().Matches(block).Select(m => m.Groups["path"].Value)));
        Assert.Equal(["web"], PolicyDocument.ParseYaml(File.ReadAllText(Document.PathOf(path))).Select(p => p.Target.Name));
    }

    [Fact]
    public void Rights_Tables_AreTheManifests()
    {
        string Row(V1PolicyRule rule) =>
            $"| {(rule.ApiGroups.Single() is { Length: > 0 } group ? $"`{group}`" : "core")} | {Code(rule.Resources)}{(rule.ResourceNames is { Count: > 0 } names ? $" named {Code(names)}" : "")} | {Code(rule.Verbs)} |";
        var rows = Manifests.Find<V1Role>("rights/namespaced.yaml").Rules.Concat(Manifests.Find<V1Role>("base/worker.yaml").Rules).Select(Row);
        Assert.Equal(rows, Readme.Lines.Where(l => RightRow().IsMatch(l)).Select(l => l[..(l.LastIndexOf('|', l.Length - 2) + 1)]));
    }

    [Fact]
    public void Options_Table_HasEachOfThem()
    {
        var rows = Readme.Lines.SkipWhile(l => !l.StartsWith("| `KubernetesOptions`", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|')).Select(l => l.Split('|')[1]);
        Assert.Equal(
            typeof(KubernetesOptions).GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal),
            string.Join(',', rows).Split(',').Select(name => name.Trim(' ', '`')).Order(StringComparer.Ordinal));
    }

    private static string Code(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"`{n}`"));

    [GeneratedRegex(@"-[fk] (?<path>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex AppliedPath();

    [GeneratedRegex(@"POLICY_FILE=(?<path>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex PolicyFile();

    [GeneratedRegex(@"^\| (core|`[a-z0-9.]+`) \| `", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex RightRow();
}
