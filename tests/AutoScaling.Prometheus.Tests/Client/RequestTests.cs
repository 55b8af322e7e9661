using System.Globalization;
using System.Text;
using AutoScaling.Prometheus.Tests.Reading;
using AutoScaling.Prometheus.Tests.Stub;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Prometheus.Tests.Client;

/// <summary>What is sent to a server.</summary>
public sealed class RequestTests : IDisposable
{
    private static readonly string Good = StubServer.Vector(("web", "7"));

    private readonly string _folder = Directory.CreateTempSubdirectory("prometheus-client").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Query_BelowABasePath_IsPostedWithHeadersAndParameters()
    {
        await using var server = await StubServer.StartAsync(Good);
        await using var sources = new Sources(new(server.Url, "/base/prometheus/"), p =>
        {
            p.Headers["X-Scope-OrgID"] = "shop|team-a";
            p.Parameters["dedup"] = "true";
            p.Parameters["latency_offset"] = "1 s";
            p.Add("rps", "sum by (service) (rate(a{b=\"c & d\"}[2m]))");
        });
        Assert.Equal(7, (await sources.ReadAsync("web", "rps")).Value);
        var request = Assert.Single(server.Requests);
        Assert.Equal("POST /base/prometheus/api/v1/query", $"{request.Method} {request.Path}");
        Assert.Equal("?dedup=true&latency_offset=1%20s", request.UrlQuery);
        Assert.Equal("sum by (service) (rate(a{b=\"c & d\"}[2m]))", request.Query);
        Assert.Equal("shop|team-a", request.Headers["X-Scope-OrgID"]);
        Assert.Contains("gzip", request.Headers["Accept-Encoding"], StringComparison.Ordinal);
        Assert.False(request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Query_WhereOnlyGetIsAllowed_IsGotFromThenOn()
    {
        await using var server = await StubServer.StartAsync((request, _) => request.Method == "GET" ? (200, Good) : (405, "no"));
        await using var sources = new Sources(server.Url, p =>
        {
            p.Parameters["dedup"] = "true";
            p.Add("rps", "up{a='+ &'} * 1");
            p.Add("other", "up * 2");
        });
        Assert.Equal(7, (await sources.ReadAsync("web", "rps")).Value);
        Assert.Equal(7, (await sources.ReadAsync("web", "other")).Value);
        Assert.Equal(["POST", "GET", "GET"], server.Requests.Select(r => r.Method));
        Assert.Equal(["up{a='+ &'} * 1", "up{a='+ &'} * 1", "up * 2"], server.Requests.Select(r => r.Query));
    }

    [Fact]
    public async Task Query_WithATokenFile_ReadsItAgain()
    {
        var time = new FakeTimeProvider();
        var file = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, "one\n", TestContext.Current.CancellationToken);
        await using var server = await StubServer.StartAsync(Good);
        await using var sources = new Sources(
            server.Url,
            p =>
            {
                p.BearerTokenFile = file;
                p.Add("rps", "up * 1");
            },
            time);
        await sources.ReadAsync("web", "rps");
        await File.WriteAllTextAsync(file, "two", TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(61));
        await sources.ReadAsync("web", "rps");
        File.Delete(file);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(MetricStatus.Available, (await sources.ReadAsync("web", "rps")).Status);
        Assert.Equal(["Bearer one", "Bearer two", "Bearer two"], server.Requests.Select(r => r.Headers["Authorization"]));
    }

    [Fact]
    public async Task Query_WithoutItsTokenFile_NamesIt()
    {
        await using var server = await StubServer.StartAsync(Good);
        var file = Path.Combine(_folder, "none");
        await using var sources = new Sources(server.Url, p =>
        {
            p.BearerTokenFile = file;
            p.Add("rps", "up * 1");
        });
        Assert.Equal($"the token cannot be read from '{file}' (Could not find file '{file}')", (await sources.ReadAsync("web", "rps")).Reason);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Query_WithAPasswordFile_IsBasic()
    {
        var file = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(file, "pässword\n", TestContext.Current.CancellationToken);
        await using var server = await StubServer.StartAsync(Good);
        await using var sources = new Sources(server.Url, p =>
        {
            (p.Username, p.PasswordFile) = ("scaler", file);
            p.Add("rps", "up * 1");
        });
        await sources.ReadAsync("web", "rps");
        var sent = Assert.Single(server.Requests).Headers["Authorization"];
        Assert.Equal("scaler:pässword", Encoding.UTF8.GetString(Convert.FromBase64String(sent["Basic ".Length..])));
    }

    [Fact]
    public async Task Query_WithAHandlerOfTheUser_PassesThroughIt()
    {
        await using var server = await StubServer.StartAsync(Good);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAutoScaling().AddPrometheus("prom", server.Url, p => p.Add("rps", "up * 1"))
            .ConfigurePrometheusClient("prom", client => client.AddHttpMessageHandler(() => new Signing()));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredKeyedService<IMetricsProvider>("prom").GetMetricsAsync(new("web", "rps"), TestContext.Current.CancellationToken);
        Assert.Equal("signed", Assert.Single(server.Requests).Headers["X-Signature"]);
    }

    [Fact]
    public async Task Query_WithSecrets_LogsNone()
    {
        await using var server = await StubServer.StartAsync((request, _) => (503, $"{request.Headers["Authorization"]}"));
        var logs = new FakeLogCollector();
        await using var sources = new Sources(
            server.Url,
            p =>
            {
                p.Headers["X-Key"] = "s3cr3t-header";
                p.Parameters["key"] = "s3cr3t-parameter";
                p.BearerToken = "s3cr3t-token";
                p.Add("rps", "up * 1");
            },
            services: s => s.AddLogging(l => l.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(logs))));
        var reading = await sources.ReadAsync("web", "rps");
        Assert.Equal("the server is not available (503): Bearer ***", reading.Reason);
        var all = logs.GetSnapshot().Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Message} {string.Join(' ', r.StructuredState ?? [])} {r.Exception}"));
        Assert.DoesNotContain(all, line => line.Contains("s3cr3t", StringComparison.Ordinal));
    }

    private sealed class Signing : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Signature", "signed");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
