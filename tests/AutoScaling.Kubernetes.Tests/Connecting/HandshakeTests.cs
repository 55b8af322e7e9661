using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Connecting;

/// <summary>Handshakes that go on when nobody waits for them any longer.</summary>
public sealed class HandshakeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-handshake-").FullName;
    private readonly Certificates _certificates = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// A connection that is being opened is opened to its end, also after the client was disposed of. The authorities by which it judges the
    /// server's certificate, and the client's own certificate, must be there until then: freed ones have ended whole processes.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_InMidHandshake_LeavesTheCertificatesToIt(bool isWatch)
    {
        var (certificate, key) = _certificates.Server();
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        using var shown = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var path = Path.Combine(_folder, "kubeconfig");
        var address = $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await File.WriteAllTextAsync(path, KubeConfig.Text(address, _certificates.AuthorityPem, new KubeConfigUser("u", _certificates.User("u"))), Cancellation);
        var api = new ApiClient(new() { KubeConfig = path, RetryTime = TimeSpan.Zero }, TimeProvider.System);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var call = new ApiCall(isWatch ? "watch" : "list", new("", "v1", "pods"), "team-a");
        var asked = isWatch
            ? api.WatchAsync(call, ClientJson.Default.ApiStatus, () => { }, _ => { }, asking.Token)
            : api.ReadAsync(call, ClientJson.Default.ApiStatus, asking.Token);
        using var connection = await listener.AcceptTcpClientAsync(Cancellation);
        await asking.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        api.Dispose();

        // The client looks at the certificate now, and takes it: it answers with its own.
        await using var stream = new SslStream(connection.GetStream());
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = shown,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, own, _, _) => own is not null,
        };
        await stream.AuthenticateAsServerAsync(options, Cancellation);
        Assert.Equal("CN=u", stream.RemoteCertificate?.Subject);
    }
}
