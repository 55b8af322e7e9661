using k8s.Authentication;

namespace AutoScaling.Kubernetes.Connecting;

/// <summary>The way to the API server.</summary>
/// <param name="Server">Its address.</param>
/// <param name="Asking">Asks it. It has connections of its own, as the other one has.</param>
/// <param name="Watching">Watches what changes.</param>
internal sealed record ClusterConnection(Uri Server, HttpClient Asking, HttpClient Watching) : IDisposable
{
    /// <summary>Shows who asks; <see langword="null"/> if a certificate does that, or nothing.</summary>
    public required ServiceClientCredentials? Credentials { get; init; }

    /// <summary>The namespace of targets that name none.</summary>
    public required string Namespace { get; init; }

    public void Dispose()
    {
        Watching.Dispose();
        Asking.Dispose();
    }
}
