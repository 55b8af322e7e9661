using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AutoScaling.Prometheus.Client;

/// <summary>
/// Makes connections to a server, with the certificates of the options. Made anew every few minutes, which reads the files again.
/// </summary>
internal static class Handlers
{
    public static HttpMessageHandler Create(PrometheusOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // A page to log in is no answer, and nobody else is shown the credentials.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.CertificateFile is { } certificate)
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.KeyFile)];
        if (options.AuthorityFile is { } authority)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(authority);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
