using System.Collections.Concurrent;
using AutoScaling.Kubernetes.Primitives;

namespace AutoScaling.Kubernetes.Client;

/// <summary>
/// Until when the API server asked not to be asked the same again. Some servers begin to count anew whenever they are asked too early, so
/// that who does not wait is never let in. Thread-safe.
/// </summary>
internal sealed class Pauses(TimeProvider time)
{
    // A proxy's maintenance page may ask to wait for hours, and the API server behind it may be back much sooner.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (long Since, TimeSpan Wait, ApiException Failure)> _pauses = new(StringComparer.Ordinal);

    /// <summary>Notes that a request was refused for a while.</summary>
    public void Begin(ApiCall call, ApiException failure)
    {
        if (failure.RetryAfter is not { } wait) return;
        _pauses[Key(call)] = (time.GetTimestamp(), wait < Longest ? wait : Longest, failure);
    }

    /// <summary>How long it still is until a request may be sent, and why; no time if it may.</summary>
    public (TimeSpan Left, ApiException? Failure) Left(ApiCall call)
    {
        if (_pauses.IsEmpty || !_pauses.TryGetValue(Key(call), out var pause)) return default;
        var left = pause.Wait - time.GetElapsedTime(pause.Since);
        if (left > TimeSpan.Zero) return (left, pause.Failure);
        _pauses.TryRemove(new(Key(call), pause));
        return default;
    }

    private static string Key(ApiCall call) => $"{call.Verb} {(call with { Query = null }).Path}";
}
