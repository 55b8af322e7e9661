using System.Globalization;
using System.Text.RegularExpressions;
using AutoScaling.Tests.Readme;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoScaling.AspNetCore.Tests.Docs;

/// <summary>What README and page show is what compiles, is mapped and can be set.</summary>
public sealed partial class DocsTests
{
    private static readonly Document Page = new("docs/dashboard.md");

    // Those of the page are compiled with the other pages of docs.
    [Fact]
    public void CSharp_EveryBlockOfTheReadme_IsCodeThatIsCompiled() => Assert.Equal(
        Document.Regions("tests/AutoScaling.AspNetCore.Tests/Docs/Snippets.cs"), new Document("src/AutoScaling.AspNetCore/README.md").Blocks("csharp"));

    [Fact]
    public void Sample_IsAtMost60Lines() => Assert.InRange(File.ReadAllLines(Document.PathOf("samples/AutoScaling.Web/Program.cs")).Length, 1, 60);

    [Fact]
    public async Task Snippet_Starts()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddAuthentication();
        await using var app = Snippets.Host(builder);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Endpoints_AreThoseOfThePage()
    {
        var builder = WebApplication.CreateBuilder();
        await using var app = Snippets.Host(builder);
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .Where(e => e.RoutePattern.RawText!.StartsWith("/autoscaling/", StringComparison.Ordinal))
            .Select(e => $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {e.RoutePattern.RawText!["/autoscaling/".Length..]}");
        Assert.Equal(
            Page.Lines.SelectMany(line => Endpoint().Matches(line)).Select(m => m.Groups["endpoint"].Value).Order(StringComparer.Ordinal),
            mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_AndTheirDefaults_AreThoseOfThePage()
    {
        var health = new AutoScalingHealthOptions();
        var settings = typeof(AutoScalingHealthOptions).GetProperties().Concat(typeof(AutoScalingEndpointOptions).GetProperties());
        Assert.Equal([], settings.Where(p => !Page.Lines.Any(line => line.StartsWith('|') && line.Contains($"`{p.Name}`", StringComparison.Ordinal))).Select(p => p.Name));
        foreach (var trouble in typeof(AutoScalingHealthOptions).GetProperties().Where(p => p.PropertyType == typeof(HealthStatus)))
        {
            var row = Page.Lines.Single(line => line.StartsWith('|') && line.Contains($"| `{trouble.Name}` |", StringComparison.Ordinal));
            Assert.Contains($"| {trouble.GetValue(health)!.ToString()!.ToLowerInvariant()} |", row, StringComparison.Ordinal);
        }

        var endpoints = new AutoScalingEndpointOptions();
        Assert.Contains($"| `UnhealthyAfter` | {health.UnhealthyAfter.TotalMinutes} minutes |", Page.Lines);
        Assert.Contains($"| `TroubleAfter` | {health.TroubleAfter.TotalMinutes} minutes |", Page.Lines);
        Assert.Contains($"| `SaturatedAfter` | {health.SaturatedAfter.TotalMinutes} minutes |", Page.Lines);
        foreach (var (name, value) in new[] { ("HistoryPoints", endpoints.HistoryPoints), ("HistoryPointsInAll", endpoints.HistoryPointsInAll), ("MaxViewers", endpoints.MaxViewers) })
            Assert.Contains(Page.Lines, line => line.StartsWith($"| `{name}` | {value.ToString("N0", CultureInfo.InvariantCulture)} |", StringComparison.Ordinal));
    }

    [Fact]
    public void Pages_HaveShortLinesOutsideTables()
    {
        foreach (var path in new[] { "docs/dashboard.md", "src/AutoScaling.AspNetCore/README.md" })
            Assert.Equal([], new Document(path).Lines.Where(line => line.Length > 140 && !line.StartsWith('|')));
    }

    [GeneratedRegex(@"^\| `(?<endpoint>(GET|POST|PUT|DELETE) \w+)[^`]*` \|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Endpoint();
}
