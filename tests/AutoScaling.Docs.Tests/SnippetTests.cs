using System.Reflection;
using System.Text;
using System.Text.Json;
using AutoScaling.Tool.Commands;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace AutoScaling.Docs.Tests;

/// <summary>Whatever a page shows is what compiles, is read, and runs.</summary>
public sealed class SnippetTests
{
    public static TheoryData<Snippet> CSharp => [.. Page.Docs.SelectMany(p => p.Blocks("csharp"))];

    public static TheoryData<Snippet> Yaml => [.. Page.All.SelectMany(p => p.Blocks("yaml"))];

    public static TheoryData<Snippet> Json => [.. Page.Docs.SelectMany(p => p.Blocks("json"))];

    public static TheoryData<Snippet> Shell => [.. Page.All.SelectMany(p => p.Blocks("bash"))];

    /// <summary>Tests among the snippets are run, too.</summary>
    [Theory, MemberData(nameof(CSharp))]
    public async Task CSharp_Compiles(Snippet snippet)
    {
        var assembly = Compiler.Compile(snippet);
        foreach (var test in assembly.GetTypes().SelectMany(t => t.GetMethods()).Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
        {
            var result = test.Invoke(Activator.CreateInstance(test.DeclaringType!), null);
            if (result is Task task) await task;
        }
    }

    /// <summary>Policies are read as policies. What else is YAML, such as manifests and workflows, is YAML.</summary>
    [Theory, MemberData(nameof(Yaml))]
    public void Yaml_IsRead(Snippet snippet)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(snippet.Text));
        if (stream.Documents[0].RootNode is YamlMappingNode root && root.Children.Keys.Any(k => k is YamlScalarNode { Value: "policies" }))
            Assert.NotEmpty(PolicyDocument.ParseYaml(snippet.Text));
    }

    [Theory, MemberData(nameof(Json))]
    public void Json_IsReadAsConfiguration(Snippet snippet)
    {
        using var json = JsonDocument.Parse(snippet.Text, new() { CommentHandling = JsonCommentHandling.Skip });
        if (!json.RootElement.TryGetProperty("AutoScaling", out _)) return;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(snippet.Text));
        var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("AutoScaling");
        var services = new ServiceCollection().AddLogging();
        services.AddAutoScaling(section);
        using var provider = services.BuildServiceProvider();
        PolicyDocument.FromConfiguration(section);
    }

    /// <summary>Commands of the tool are understood, and projects that are named are there.</summary>
    [Theory, MemberData(nameof(Shell))]
    public void Shell_CommandsAndPaths_AreThere(Snippet snippet)
    {
        var tool = ToolCommand.Create();
        foreach (var line in snippet.Text.Split('\n'))
        {
            var words = Words(line.Split(" #")[0].Split(" | ")[^1].Split(" > ")[0]);
            if (words is ["autoscaling", .. var arguments]) Assert.Empty(tool.Parse([.. arguments]).Errors.Select(e => $"{snippet.Place}: {line}: {e.Message}"));
            foreach (var (option, path) in words.Zip(words.Skip(1)).Where(w => w.First is "--project" or "--solution"))
                Assert.True(Path.Exists(Page.Whole(path)), $"{snippet.Place}: {option} {path} is not there.");
        }
    }

    // As a shell splits a line, without variables.
    private static List<string> Words(string line) => [.. line.Split('\'').SelectMany((part, at) =>
        at % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
