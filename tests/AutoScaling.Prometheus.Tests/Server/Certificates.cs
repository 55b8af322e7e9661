using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>An authority, a server's and a client's certificate, in files.</summary>
internal sealed class Certificates : IDisposable
{
    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        using var authority = request.CreateSelfSigned(From, To);
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        Issue(authority, "localhost", Server, ServerKey, 1);
        Issue(authority, "scaler", Client, ClientKey, 2);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("prometheus-certificates").FullName;

    public string Authority => Path.Combine(Folder, "ca.pem");

    public string Server => Path.Combine(Folder, "server.pem");

    public string ServerKey => Path.Combine(Folder, "server.key");

    public string Client => Path.Combine(Folder, "client.pem");

    public string ClientKey => Path.Combine(Folder, "client.key");

    private static DateTimeOffset From => TimeProvider.System.GetUtcNow().AddDays(-1);

    private static DateTimeOffset To => From.AddDays(2);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Issue(X509Certificate2 authority, string name, string file, string keyFile, byte number)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, From.AddHours(1), To.AddHours(-1), [number]);
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
