using System.Security.Cryptography.X509Certificates;
using AutoScaling.Prometheus.Tests.Reading;
using AutoScaling.Prometheus.Tests.Server;

namespace AutoScaling.Prometheus.Tests.Client;

/// <summary>Who may ask a real server, and what it refuses.</summary>
public sealed class RealRefusalTests
{
    // bcrypt of "correct horse".
    private const string Users = "basic_auth_users: { scaler: '$2b$04$75eQo07PwAcQEXPCtI7Nwu9/h4z1p5VZJJKq11Vf/8tPZGrio0ICS' }";

    private static string History => new History(TimeProvider.System.GetUtcNow()).Gauge("depth", """{service="web"}""", 42).Gauge("depth", """{service="api"}""", 1).ToString();

    [Fact]
    public async Task Read_WithAPassword_IsLetIn()
    {
        await using var server = await PrometheusProcess.StartAsync(History, web: Users);
        await using var good = Of(server, p => (p.Username, p.Password) = ("scaler", "correct horse"));
        Assert.Equal(42, (await good.ReadAsync("web", "queue")).Value);
        await using var wrong = Of(server, p => (p.Username, p.Password) = ("scaler", "wrong horse"));
        Assert.Equal("the server refuses the credentials (401): Unauthorized", (await wrong.ReadAsync("web", "queue")).Reason);
        await using var none = Of(server, _ => { });
        Assert.Equal("the server refuses the credentials (401): Unauthorized", (await none.ReadAsync("web", "queue")).Reason);
    }

    [Fact]
    public async Task Read_WithACertificate_IsLetIn()
    {
        using var files = new Certificates();
        var web = $$"""
            tls_server_config:
              cert_file: {{files.Server}}
              key_file: {{files.ServerKey}}
              client_ca_file: {{files.Authority}}
              client_auth_type: RequireAndVerifyClientCert
            """;
        using var handler = new SocketsHttpHandler();
        using var certificate = X509Certificate2.CreateFromPemFile(files.Client, files.ClientKey);
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(files.Authority);
        using var client = new HttpClient(handler);
        await using var server = await PrometheusProcess.StartAsync(History, web: web, client: client);
        await using var good = Of(server, p => (p.AuthorityFile, p.CertificateFile, p.KeyFile) = (files.Authority, files.Client, files.ClientKey));
        var reading = await good.ReadAsync("web", "queue");
        Assert.Null(reading.Reason);
        Assert.Equal(42, reading.Value);
        await using var nobody = Of(server, p => p.AuthorityFile = files.Authority);
        Assert.StartsWith($"the server at {server.Url.Authority} cannot be reached: ", (await nobody.ReadAsync("web", "queue")).Reason);
        await using var stranger = Of(server, p => (p.CertificateFile, p.KeyFile) = (files.Client, files.ClientKey));
        Assert.StartsWith($"the server at {server.Url.Authority} cannot be reached: The remote certificate is invalid", (await stranger.ReadAsync("web", "queue")).Reason);
        await using var keyless = Of(server, p => (p.CertificateFile, p.KeyFile) = (files.Client, files.Folder + "/none"));
        Assert.Equal(
            $"a certificate or its key cannot be read: Could not find file '{files.Folder}/none'", (await keyless.ReadAsync("web", "queue")).Reason);
    }

    [Fact]
    public async Task Read_OfTooManySamples_HasTheServersOwnWords()
    {
        await using var server = await PrometheusProcess.StartAsync(History, arguments: "--query.max-samples=1");
        await using var sources = Of(server, _ => { });
        Assert.Equal(
            "the server cannot execute the query (422, execution): query processing would load too many samples into memory in query execution",
            (await sources.ReadAsync("web", "queue")).Reason);
    }

    [Fact]
    public async Task Read_OfAQueryThatTakesTheServerTooLong_HasTheServersOwnWords()
    {
        await using var server = await PrometheusProcess.StartAsync(History, arguments: "--query.timeout=1ms");
        await using var sources = Of(server, p => p.Add("slow", "sum_over_time(vector(1)[1d:1s]) + sum_over_time(vector(2)[1d:1s])"));
        Assert.StartsWith("the server is not available (503, timeout): query timed out in ", (await sources.ReadAsync("web", "slow")).Reason);
    }

    private static Sources Of(PrometheusProcess server, Action<PrometheusOptions> configure) => new(server.Url, p =>
    {
        configure(p);
        p.Add("queue", "sum by (service) (depth)");
    });
}
