using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>What a test does to the cluster, as its administrator; JSON in and out, so that tests show what the API server sees.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;

    public AdminClient(string server, string authorityPem, (string Certificate, string Key) user)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 32 };
        using var pem = X509Certificate2.CreateFromPem(user.Certificate, user.Key);
        handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(authorityPem) },
        };
        _http = new(handler) { BaseAddress = new(server) };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("test-admin");
    }

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => await SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>What is there; <see langword="null"/> if nothing is.</summary>
    public async Task<JsonNode?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(path, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>What the API server answers, whatever it is.</summary>
    public async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(path, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    public async Task<JsonNode> PostAsync(string path, string json, CancellationToken cancellationToken) => await SendAsync(HttpMethod.Post, path, json, cancellationToken);

    public async Task<JsonNode> PutAsync(string path, string json, CancellationToken cancellationToken) => await SendAsync(HttpMethod.Put, path, json, cancellationToken);

    public async Task<JsonNode> PatchAsync(string path, string json, CancellationToken cancellationToken) => await SendAsync(HttpMethod.Patch, path, json, cancellationToken);

    public async Task DeleteAsync(string path, CancellationToken cancellationToken) => await SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>What changes, as it changes.</summary>
    public async IAsyncEnumerable<JsonNode> WatchAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line) yield return JsonNode.Parse(line)!;
    }

    /// <summary>Whether the API server answers that it is ready.</summary>
    public Task<bool> IsReadyAsync(CancellationToken cancellationToken) => AnswersAsync("/readyz", cancellationToken);

    /// <summary>Whether the API server has a good answer.</summary>
    public async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(path, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, string? sent, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (sent is not null)
            request.Content = new StringContent(sent, Encoding.UTF8, new MediaTypeHeaderValue(method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json"));
        using var answer = await _http.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {body}");
        var json = JsonNode.Parse(body)!;
        if (method != HttpMethod.Get && path.Contains("/namespaces/", StringComparison.Ordinal)) await SettleAsync(method, path, json["metadata"], cancellationToken);
        return json;
    }

    /// <summary>Waits until what was written is in the API server's memory, from which it answers lists: that is a moment behind its database.</summary>
    private async Task SettleAsync(HttpMethod method, string path, JsonNode? written, CancellationToken cancellationToken)
    {
        if (method == HttpMethod.Post) path = $"{path}/{(string?)written?["name"]}";
        if (path.EndsWith("/scale", StringComparison.Ordinal) || path.EndsWith("/status", StringComparison.Ordinal)) path = path[..path.LastIndexOf('/')];
        var version = (string?)written?["resourceVersion"];
        if (version is null && method != HttpMethod.Delete) return;
        while (true)
        {
            // Asked for a version, the API server waits for it a while; what is gone just has to be gone.
            using var answer = await _http.GetAsync($"{path}?resourceVersion={version ?? "0"}", cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound || (version is not null && answer.IsSuccessStatusCode)) return;
            await Task.Delay(20, cancellationToken);
        }
    }
}
