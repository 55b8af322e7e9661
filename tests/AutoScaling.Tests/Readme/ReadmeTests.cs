using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Tests.Readme;

/// <summary>What the README shows is what compiles and runs.</summary>
public sealed class ReadmeTests
{
    private static readonly Document Readme = new("README.md");
    private static readonly Document Extending = new("docs/extending.md");

    [Fact]
    public void Readme_IsAtMost150Lines() => Assert.InRange(Readme.Lines.Length, 1, 150);

    [Fact]
    public void Readme_LinesAreAtMost140ColumnsAndParagraphs400Characters()
    {
        Assert.All(Readme.Lines, line => Assert.InRange(line.Length, 0, 140));
        Assert.All(Readme.Paragraphs(), paragraph => Assert.InRange(paragraph.Length, 1, 400));
    }

    [Fact]
    public void CSharp_EveryBlock_IsCodeThatIsCompiled()
    {
        var compiled = Document.Regions("tests/AutoScaling.Tests/Readme/Snippets.cs").Append(File.ReadAllText(Document.PathOf("samples/AutoScaling.QuickStart/Program.cs")).Trim()).ToList();
        var shown = Readme.Blocks("csharp").Concat(Extending.Blocks("csharp")).ToList();
        Assert.All(shown, block => Assert.Contains(block, compiled));
        Assert.Equal(compiled.Count, shown.Count);
    }

    [Fact]
    public void QuickStart_IsAtMost25Lines() =>
        Assert.InRange(File.ReadAllLines(Document.PathOf("samples/AutoScaling.QuickStart/Program.cs")).Length, 1, 25);

    [Fact]
    public void Scheduler_IsAtMost40Lines() =>
        Assert.InRange(File.ReadAllLines(Document.PathOf("samples/AutoScaling.Scheduler/Program.cs")).Length, 1, 40);

    [Fact]
    public void Json_EveryBlock_IsReadAsConfigurationAndFile()
    {
        foreach (var block in Readme.Blocks("json"))
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
    public void Yaml_EveryBlock_IsRead() => Assert.All(Readme.Blocks("yaml"), block => Assert.NotEmpty(PolicyDocument.ParseYaml(block)));

    [Fact]
    public void Shell_EveryPath_IsThere() => Readme.AssertPathsAreThere();

    [Fact]
    public void Engine_Snippet_SaysWhatItsCommentSays()
    {
        var decision = Snippets.Embed(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.Contains(Readme.Lines, line => line.EndsWith("// " + decision.Explain(), StringComparison.Ordinal));
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
}
