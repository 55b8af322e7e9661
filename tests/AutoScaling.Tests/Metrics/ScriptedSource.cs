namespace AutoScaling.Tests.Metrics;

/// <summary>A source that answers as the test says, and counts how often it is asked.</summary>
internal sealed class ScriptedSource : IMetricsProvider
{
    private int _calls;

    public required Func<ScalingTarget, CancellationToken, ValueTask<ServiceMetrics>> Answer { get; set; }

    public int Calls => Volatile.Read(ref _calls);

    public CancellationToken LastToken { get; private set; }

    public ValueTask<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        LastToken = cancellationToken;
        return Answer(target, cancellationToken);
    }
}
