using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>A certificate authority of the test: for the API server, for its users and for the aggregation layer.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(2);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public Certificates()
    {
        var request = new CertificateRequest("CN=test-ca", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow - Life, DateTimeOffset.UtcNow + Life);
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A certificate for 127.0.0.1 and localhost.</summary>
    public (string Certificate, string Key) Server() => Issue("CN=localhost", "1.3.6.1.5.5.7.3.1", names =>
    {
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
    });

    /// <summary>A certificate that the API server takes for a user.</summary>
    public (string Certificate, string Key) User(string name, params string[] groups)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in groups) subject.AddOrganizationName(group);
        subject.AddCommonName(name);
        return Issue(subject.Build().Name, "1.3.6.1.5.5.7.3.2");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    private (string Certificate, string Key) Issue(string subject, string usage, Action<SubjectAlternativeNameBuilder>? names = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }

        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow - Life, DateTimeOffset.UtcNow + (Life / 2), RandomNumberGenerator.GetBytes(16));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
