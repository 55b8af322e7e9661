using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AutoScaling.Kubernetes.Tests.Cluster;
using k8s.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Tests.Connecting;

/// <summary>The cluster's authority changes while the worker runs, and nobody else is trusted meanwhile.</summary>
public sealed class AuthorityFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-authority-").FullName;
    private readonly Certificates _old = new();
    private readonly Certificates _new = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "ca.crt");

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task ReadAsync_AuthorityThatChanges_IsFollowedByTheSameClient()
    {
        using var ofOld = Loaded(_old.Server());
        using var ofNew = Loaded(_new.Server());
        var shown = ofOld;
        await using var server = await ServeAsync(() => shown);
        await File.WriteAllTextAsync(System.IO.Path.Combine(_folder, "token"), "t", Cancellation);
        await File.WriteAllTextAsync(Path, _old.AuthorityPem, Cancellation);
        var address = new Uri(server.Urls.First());
        using var api = new ApiClient(
            new() { ConfigFiles = [], Pod = new(address.Host, $"{address.Port}", _folder), RetryTime = TimeSpan.Zero }, TimeProvider.System);
        async Task AskAsync() => await api.ReadAsync(new("list", new("", "v1", "pods"), "team-a"), ClientJson.Default.ApiStatus, Cancellation);
        await AskAsync();

        // The server is ahead of the file: it is not trusted, and nothing is sent to it.
        shown = ofNew;
        var error = await Assert.ThrowsAsync<ApiException>(AskAsync);
        Assert.Contains("certificate was rejected", error.Message, StringComparison.Ordinal);

        // Both are good for a while, as when an authority is changed, under one name; and then only the new one.
        await File.WriteAllTextAsync(Path, _old.AuthorityPem + "\n" + _new.AuthorityPem, Cancellation);
        await AskAsync();
        shown = ofOld;
        await AskAsync();
        await File.WriteAllTextAsync(Path, _new.AuthorityPem, Cancellation);
        await Assert.ThrowsAsync<ApiException>(AskAsync);
        shown = ofNew;
        await AskAsync();

        // While the kubelet replaces the file there may be none, or half of one.
        File.Delete(Path);
        await AskAsync();
        await File.WriteAllTextAsync(Path, _new.AuthorityPem[..100], Cancellation);
        await AskAsync();
        shown = ofOld;
        await Assert.ThrowsAsync<ApiException>(AskAsync);
    }

    [Fact]
    public void Trusts_CertificateOfAnotherHostOrOfNobody_IsRefused()
    {
        var file = Of(_old.AuthorityPem);
        using var good = Loaded(_old.Server());
        using var user = Loaded(_old.User("somebody"));
        Assert.True(file.Trusts(good, null, SslPolicyErrors.None));
        Assert.True(file.Trusts(good, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.False(file.Trusts(good, null, SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.False(file.Trusts(null, null, SslPolicyErrors.RemoteCertificateNotAvailable));
        Assert.False(file.Trusts(user, null, SslPolicyErrors.None));
    }

    /// <summary>An authority that an external one has signed, and only that is in the file.</summary>
    [Fact]
    public void Trusts_AuthorityThatIsNoRoot_IsEnough()
    {
        using var root = new Authority("CN=root", 1, null);
        using var middle = new Authority("CN=middle", 2, root);
        var file = Of(middle.Pem);
        using var good = middle.Server();
        using var ofRoot = root.Server();
        Assert.True(file.Trusts(good, null, SslPolicyErrors.None));
        Assert.False(file.Trusts(ofRoot, null, SslPolicyErrors.None));
    }

    /// <summary>To the framework certificates are equal whose issuer and number are, and those anybody can choose.</summary>
    [Fact]
    public void Trusts_AuthorityThatOnlyLooksTheSame_IsRefused()
    {
        using var real = new Authority("CN=cluster", 7, null);
        using var forged = new Authority("CN=cluster", 7, null);
        Assert.Equal(real.Certificate, forged.Certificate);
        var file = Of(real.Pem);
        using var good = real.Server();
        using var bad = forged.Server();
        using var sent = new X509Chain();
        sent.ChainPolicy.ExtraStore.Add(forged.Certificate);
        Assert.True(file.Trusts(good, sent, SslPolicyErrors.None));
        Assert.False(file.Trusts(bad, sent, SslPolicyErrors.None));
        Assert.False(file.Trusts(forged.Certificate, sent, SslPolicyErrors.None));
    }

    [Fact]
    public void Create_FileWithoutACertificate_IsToldOf()
    {
        File.WriteAllText(Path, "");
        Assert.Equal($"there is no certificate in {Path}", Assert.Throws<KubeConfigException>(() => new AuthorityFile(Path)).Message);
    }

    private static X509Certificate2 Loaded((string Certificate, string Key) pem) => X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);

    private AuthorityFile Of(string pem)
    {
        File.WriteAllText(Path, pem);
        return new(Path);
    }

    /// <summary>A server with TLS that keeps no connection.</summary>
    private static async Task<WebApplication> ServeAsync(Func<X509Certificate2> shown)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => shown());
        }));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.Headers.Connection = "close";
            return context.Response.WriteAsync("{}", Cancellation);
        });
        await app.StartAsync(Cancellation);
        return app;
    }

    /// <summary>An authority with a name and a number of choice.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public Authority(string name, byte number, Authority? issuer)
        {
            var request = new CertificateRequest(name, _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
            var generator = X509SignatureGenerator.CreateForECDsa(issuer?._key ?? _key);
            var by = issuer?.Certificate.SubjectName ?? request.SubjectName;
            Certificate = request.Create(by, generator, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [number]);
        }

        public X509Certificate2 Certificate { get; }

        public string Pem => Certificate.ExportCertificatePem();

        public X509Certificate2 Server()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
            var generator = X509SignatureGenerator.CreateForECDsa(_key);
            return request.Create(
                Certificate.SubjectName, generator, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddMinutes(30), [42]);
        }

        public void Dispose()
        {
            Certificate.Dispose();
            _key.Dispose();
        }
    }
}
