namespace AutoScaling.Kubernetes;

/// <summary>Keeps requests below a rate, with a burst after a quiet time; who waits first goes first.</summary>
/// <remarks>The generic cell rate algorithm (ITU-T I.371): one time in place of a bucket of tokens, and no timer.</remarks>
internal sealed class RequestLimiter(double perSecond, int burst, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly double _spacing = time.TimestampFrequency / perSecond;
    private double _next = double.NegativeInfinity;

    /// <summary>Waits until the next request may be sent.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            double now = time.GetTimestamp();
            var at = Math.Max(_next, now - (_spacing * (burst - 1)));
            _next = at + _spacing;
            wait = TimeSpan.FromSeconds(Math.Max(0, at - now) / time.TimestampFrequency);
        }

        return wait > TimeSpan.Zero ? new(Task.Delay(wait, time, cancellationToken)) : ValueTask.CompletedTask;
    }
}
