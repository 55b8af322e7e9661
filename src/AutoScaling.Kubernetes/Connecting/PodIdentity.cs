using System.Globalization;
using k8s;
using k8s.Exceptions;

namespace AutoScaling.Kubernetes.Connecting;

/// <summary>The user that a pod is to the API server: its service account.</summary>
/// <remarks>
/// Source: "Accessing the Kubernetes API from a Pod" in the Kubernetes documentation. The client's own reading of it is not used, because
/// its clock and folder are fixed.
/// </remarks>
/// <param name="Host">Where the API server is; <see langword="null"/> outside of a cluster.</param>
/// <param name="Port">Its port; <see langword="null"/> outside of a cluster.</param>
/// <param name="Folder">Where the kubelet keeps the service account's files.</param>
internal sealed record PodIdentity(string? Host, string? Port, string Folder)
{
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    /// <summary>That of the pod that this process runs in, if it does.</summary>
    public static PodIdentity Own => new(
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"),
        Environment.GetEnvironmentVariable(PortVariable),
        "/var/run/secrets/kubernetes.io/serviceaccount");

    /// <summary>Whether this process runs in a pod that has a service account.</summary>
    public bool Exists => Host is { Length: > 0 } && Port is { Length: > 0 } && File.Exists(Token) && File.Exists(Authority);

    private string Token => Path.Combine(Folder, "token");

    private string Authority => Path.Combine(Folder, "ca.crt");

    /// <exception cref="KubeConfigException">The port is no number of a port, or the authority's file holds no certificate.</exception>
    public KubernetesClientConfiguration Configuration(TimeProvider time)
    {
        if (!ushort.TryParse(Port, NumberStyles.None, null, out var port))
            throw new KubeConfigException($"{PortVariable} must be a port, but is '{Port}'");
        var authorities = new AuthorityFile(Authority);
        var space = Path.Combine(Folder, "namespace");
        return new()
        {
            Host = new UriBuilder(Uri.UriSchemeHttps, Host, port).Uri.AbsoluteUri,
            FirstMessageHandlerSetup = handler => handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, sent, errors) => authorities.Trusts(shown, sent, errors),
            TokenProvider = new TokenFile(Token, time),
            Namespace = File.Exists(space) ? File.ReadAllText(space).Trim() : null,
        };
    }
}
