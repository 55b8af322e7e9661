using System.Diagnostics.CodeAnalysis;

namespace AutoScaling.Kubernetes.Client;

/// <summary>
/// Keeps requests below a rate, with a burst after a quiet time. Requests go in the order in which they began to wait; one that is
/// cancelled while it waits takes no place. Thread-safe.
/// </summary>
/// <remarks>Source: the generic cell rate algorithm (ITU-T I.371), which remembers one time in place of a bucket of tokens.</remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Without a wait handle a semaphore holds nothing to release, and requests may still wait for it when the client ends.")]
internal sealed class RequestLimiter(double perSecond, int burst, TimeProvider time)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly double _spacing = time.TimestampFrequency / perSecond;
    private double _next = double.NegativeInfinity;

    /// <summary>Waits until the next request may be sent.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            double now = time.GetTimestamp();
            var at = Math.Max(_next, now - (_spacing * (burst - 1)));
            var wait = TimeSpan.FromSeconds(Math.Max(0, at - now) / time.TimestampFrequency);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            _next = at + _spacing;
        }
        finally
        {
            _turn.Release();
        }
    }
}
