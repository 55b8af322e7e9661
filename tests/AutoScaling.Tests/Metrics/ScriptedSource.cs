using System.Collections.Concurrent;

namespace AutoScaling.Tests.Metrics;

/// <summary>A source that answers as the test says, and remembers what it is asked.</summary>
internal sealed class ScriptedSource : IMetricsProvider
{
    private readonly ConcurrentQueue<MetricsRequest> _requests = new();

    public required Func<MetricsRequest, CancellationToken, ValueTask<ServiceMetrics>> Answer { get; set; }

    public int Calls => _requests.Count;

    /// <summary>The metrics of each call, oldest first: <c>cpu</c>, <c>cpu, queue</c>.</summary>
    public IEnumerable<string> Asked => _requests.Select(request => string.Join(", ", request.Metrics));

    public CancellationToken LastToken { get; private set; }

    public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        _requests.Enqueue(request);
        LastToken = cancellationToken;
        return Answer(request, cancellationToken);
    }
}
