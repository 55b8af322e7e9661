using System.Text;
using System.Text.RegularExpressions;
using AutoScaling.Tests.Readme;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AutoScaling.Prometheus.Tests.Readme;

/// <summary>What the package's README and its page show is what compiles, and what the package says.</summary>
public sealed partial class ReadmeTests
{
    private static readonly Document Readme = new("src/AutoScaling.Prometheus/README.md");
    private static readonly Document Page = new("docs/prometheus.md");

    [Fact]
    public void CSharp_EveryBlock_IsCodeThatIsCompiled() =>
        Assert.Equal(Document.Regions("tests/AutoScaling.Prometheus.Tests/Readme/Snippets.cs"), Readme.Blocks("csharp"));

    [Fact]
    public void Code_WithThePolicies_IsAHostThatIsValid()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        var autoScaling = Snippets.Code(builder).UseScaler(_ => new FakeScaler(TimeProvider.System, 1));
        Snippets.Handler(builder, autoScaling);
        foreach (var policy in Readme.Blocks("yaml").SelectMany(block => PolicyDocument.ParseYaml(block))) autoScaling.AddPolicy(policy);
        using var host = builder.Build();
        Assert.Equal(["orders", "web"], host.Services.GetRequiredService<IAutoScaler>().GetStatus().Targets.Select(t => t.Target.Name));
    }

    [Fact]
    public void Configuration_OfTheReadme_IsValid()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(Readme.Blocks("json")))));
        Snippets.Configuration(builder);
        builder.Services.AddAutoScaling().UseScaler(_ => new FakeScaler(TimeProvider.System, 1));
        using var host = builder.Build();
        Assert.Equal("web", host.Services.GetRequiredService<IAutoScaler>().GetStatus().Targets.Single().Target.Name);
        Assert.Equal(["latency", "rps"], host.Services.GetRequiredKeyedService<PrometheusSource>("prom").Options.Metrics.Keys.Order());
    }

    [Theory]
    [InlineData(typeof(PrometheusOptions))]
    [InlineData(typeof(PrometheusMetric))]
    public void Options_Table_HasEachOfThem(Type type)
    {
        var rows = Readme.Lines.SkipWhile(l => !l.StartsWith($"| `{type.Name}`", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'));
        Assert.Equal(
            type.GetProperties().Select(p => p.Name).Order(StringComparer.Ordinal),
            string.Join(',', rows.Select(l => l.Split('|')[1])).Split(',').Select(name => name.Trim(' ', '`')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Page_EveryExpression_IsOne() => Assert.All(
        Page.Lines.SkipWhile(l => l != "## Recipes").Skip(3).TakeWhile(l => l.StartsWith('|')).SelectMany(l => Code().Matches(l.Split('|')[2]).Take(1)),
        match => Assert.True(QueryTemplate.Parse(match.Groups["code"].Value, TargetPattern.Parse("service", "x"), "Query").IsShared));

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
