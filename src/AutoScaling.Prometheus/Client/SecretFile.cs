using AutoScaling.Prometheus.Primitives;

namespace AutoScaling.Prometheus.Client;

/// <summary>A secret in a file that somebody else renews. Thread-safe.</summary>
/// <param name="what">What it is, for sentences: <c>the token</c>.</param>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
internal sealed class SecretFile(string what, string path, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private string? _secret;
    private long _readAt;

    /// <exception cref="PrometheusException">It cannot be read, and never could.</exception>
    public string Read()
    {
        lock (_gate)
        {
            if (_secret is not null && time.GetElapsedTime(_readAt) < Life) return _secret;
            _readAt = time.GetTimestamp();
            var trouble = "it is empty";
            try
            {
                if (File.ReadAllText(path).Trim() is { Length: > 0 } secret) return _secret = secret;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                trouble = e.Message.TrimEnd('.');
            }

            // The one that was read before was good a minute ago, so it most likely still is.
            return _secret ?? throw new PrometheusException($"{what} cannot be read from '{path}' ({trouble})");
        }
    }
}
