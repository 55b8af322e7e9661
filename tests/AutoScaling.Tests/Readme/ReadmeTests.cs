using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Readme;

/// <summary>What the README shows is what compiles and runs.</summary>
public sealed partial class ReadmeTests
{
    private static string Root { get; } = Oracle.RepositoryRoot();

    private static string[] Lines { get; } = File.ReadAllLines(Path.Combine(Root, "README.md"));

    [Fact]
    public void Readme_IsAtMost150Lines() => Assert.InRange(Lines.Length, 1, 150);

    [Fact]
    public void CSharp_EveryBlock_IsCodeThatIsCompiled()
    {
        var compiled = Regions().Append(File.ReadAllText(Path.Combine(Root, "samples/AutoScaling.QuickStart/Program.cs")).Trim()).ToList();
        var shown = Blocks("csharp").ToList();
        Assert.All(shown, block => Assert.Contains(block, compiled));
        Assert.Equal(compiled.Count, shown.Count);
    }

    [Fact]
    public void QuickStart_IsAtMost25Lines() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Root, "samples/AutoScaling.QuickStart/Program.cs")).Length, 1, 25);

    [Fact]
    public void Json_EveryBlock_IsReadAsConfigurationAndFile()
    {
        foreach (var block in Blocks("json"))
        {
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(block));
            var section = new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("AutoScaling");
            Assert.NotEmpty(PolicyDocument.FromConfiguration(section));
            var services = new ServiceCollection().AddLogging();
            services.AddAutoScaling(section).UseSimulation().AddMeters("app", MeterMetric.Gauge("queue", "Shop", "orders.queued"));
            using var provider = services.BuildServiceProvider();
            Assert.NotEmpty(provider.GetRequiredService<IAutoScaler>().GetStatus().Targets);
        }
    }

    [Fact]
    public void Yaml_EveryBlock_IsRead() => Assert.All(Blocks("yaml"), block => Assert.NotEmpty(PolicyDocument.ParseYaml(block)));

    [Fact]
    public void Shell_EveryPath_IsThere()
    {
        var paths = Blocks("bash").SelectMany(block => ProjectPath().Matches(block).Select(m => m.Groups["path"].Value)).ToList();
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Root, path)), $"README.md names {path}, which is not there."));
    }

    [Fact]
    public void Engine_Snippet_SaysWhatItsCommentSays()
    {
        var decision = Snippets.Embed(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.Contains(Lines, line => line.EndsWith("// " + decision.Explain(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task HostAndManage_Snippets_Run()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = Path.GetTempPath() });
        builder.Services.AddAutoScaling()
            .AddPolicy("web-service").AddPolicy("jobs")
            .AddPolicy(new ScalingPolicy { Target = "orders", Rules = [new Snippets.NightRule()] })
            .UseMetrics<Snippets.QueueFileMetrics>().UseScaler<Snippets.CountingScaler>();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await Snippets.Manage(host);
        Assert.Equal(1, host.Services.GetRequiredService<IAutoScaler>().GetStatus().ActivePolicies);
        await host.StopAsync(TestContext.Current.CancellationToken);

        var wired = Host.CreateEmptyApplicationBuilder(new());
        Snippets.Host(wired);
        using var services = wired.Services.BuildServiceProvider();
        Assert.Empty(services.GetRequiredService<IAutoScaler>().GetStatus().Targets);
    }

    private static IEnumerable<string> Blocks(string language)
    {
        for (var i = 0; i < Lines.Length; i++)
        {
            if (Lines[i] != "```" + language) continue;
            var end = Array.IndexOf(Lines, "```", i + 1);
            yield return string.Join('\n', Lines[(i + 1)..end]);
            i = end;
        }
    }

    private static IEnumerable<string> Regions()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "tests/AutoScaling.Tests/Readme/Snippets.cs"));
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("#region", StringComparison.Ordinal)) continue;
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var end = Array.FindIndex(lines, i, l => l.TrimStart().StartsWith("#endregion", StringComparison.Ordinal));
            yield return string.Join('\n', lines[(i + 1)..end].Select(l => l.Length > indent ? l[indent..] : ""));
            i = end;
        }
    }

    [GeneratedRegex(@"(--project|--solution) (?<path>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectPath();
}
