using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>What the API server says, asked by an administrator.</summary>
internal sealed class ApiServer : IDisposable
{
    private readonly HttpClient _http;

    public ApiServer(int port, string authority)
    {
        // Its certificate was made by itself a moment ago.
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authority);
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        _http = new(handler) { BaseAddress = new($"https://127.0.0.1:{port}/") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.AdminToken);
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri("readyz", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It is not there yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    /// <summary>The wanted replicas of each deployment of the fleet.</summary>
    public async Task<Dictionary<string, int>> ReplicasAsync(CancellationToken cancellationToken)
    {
        await using var stream = await _http.GetStreamAsync(new Uri("apis/apps/v1/namespaces/default/deployments?labelSelector=fleet%3Dbench", UriKind.Relative), cancellationToken);
        using var list = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        return list.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
            d => d.GetProperty("metadata").GetProperty("name").GetString()!, d => d.GetProperty("spec").GetProperty("replicas").GetInt32(), StringComparer.Ordinal);
    }

    public void Dispose() => _http.Dispose();
}
