using System.Net.Http.Headers;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;
using k8s.Authentication;

namespace AutoScaling.Kubernetes.Connecting;

/// <summary>The token of a service account, which the kubelet writes anew long before it expires. Thread-safe.</summary>
internal sealed class TokenFile(string path, TimeProvider time) : ITokenProvider
{
    // Tokens are renewed when a fifth of their life is left, and live for at least 10 minutes. Source: the kubelet's token manager.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private AuthenticationHeaderValue? _header;
    private long _readAt;

    public Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_header is null || time.GetElapsedTime(_readAt) >= Life) Read();
            return Task.FromResult(_header!);
        }
    }

    private void Read()
    {
        _readAt = time.GetTimestamp();
        var trouble = "it is empty";
        try
        {
            if (File.ReadAllText(path).Trim() is { Length: > 0 } token) _header = new("Bearer", token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble = Phrase.Of(e);
        }

        // With a token that was read before, that one is used again: it was good a minute ago, so it most likely still is.
        if (_header is not null) return;
        throw new ApiException($"the token of the service account cannot be read ({trouble})", null) { IsTransient = true };
    }
}
