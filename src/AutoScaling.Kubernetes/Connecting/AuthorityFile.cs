using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s.Exceptions;

namespace AutoScaling.Kubernetes.Connecting;

/// <summary>
/// The authorities that sign the API server's certificate, which the kubelet writes anew when they change. They are read for each new
/// connection: there are few of those, and what is read is always what holds. Thread-safe.
/// </summary>
internal sealed class AuthorityFile
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly string _path;
    private string _pem;

    /// <exception cref="KubeConfigException">There is no certificate in the file.</exception>
    public AuthorityFile(string path)
    {
        _path = path;
        _pem = File.ReadAllText(path);
        if (Certificates(_pem).Count == 0) throw new KubeConfigException($"there is no certificate in {path}");
    }

    /// <summary>Whether the certificate that a server shows is signed by one of the authorities, and is for that server.</summary>
    public bool Trusts(X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors)
    {
        const SslPolicyErrors OfAnother = SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable;
        if (shown is not X509Certificate2 certificate || (errors & OfAnother) != SslPolicyErrors.None) return false;

        // One after the other: a new authority mostly has the name of the old one, and a chain is tried with one of a name only.
        return Current().Any(authority => HasSigned(authority, certificate, sent));
    }

    private static bool HasSigned(X509Certificate2 authority, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.Add(authority);
        policy.ExtraStore.Add(authority);
        if (sent is not null) policy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        policy.ApplicationPolicy.Add(new Oid(ForServers));
        policy.RevocationMode = X509RevocationMode.NoCheck;

        // An authority of a cluster need not be a root: then the chain ends at it, which would be an unknown authority.
        policy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        return chain.Build(certificate) && chain.ChainElements.Any(e => IsSame(authority, e.Certificate));
    }

    // By all of it. Certificates are equal to the framework if names and numbers are, and those anybody can write into one.
    private static bool IsSame(X509Certificate2 one, X509Certificate2 other) =>
        one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    // While the kubelet replaces the file there may be none, or half of one: what was read before holds on.
    private X509Certificate2Collection Current()
    {
        try
        {
            var pem = File.ReadAllText(_path);
            var read = Certificates(pem);
            if (read.Count > 0)
            {
                Volatile.Write(ref _pem, pem);
                return read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // As above.
        }

        return Certificates(Volatile.Read(ref _pem));
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }
}
