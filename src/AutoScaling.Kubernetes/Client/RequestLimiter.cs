using System.Diagnostics.CodeAnalysis;

namespace AutoScaling.Kubernetes;

/// <summary>Keeps requests below a rate, with a burst after a quiet time; who waits first goes first, and who gives up waiting keeps nobody else waiting.</summary>
/// <remarks>The generic cell rate algorithm (ITU-T I.371): one time in place of a bucket of tokens.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a handle has nothing to release, and who waits may give up late.")]
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
            if (at > now) await Task.Delay(TimeSpan.FromSeconds((at - now) / time.TimestampFrequency), time, cancellationToken).ConfigureAwait(false);
            _next = at + _spacing;
        }
        finally
        {
            _turn.Release();
        }
    }
}
