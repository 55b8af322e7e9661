using AutoScaling.Kubernetes.Tests.Cluster;

[assembly: AssemblyFixture(typeof(MetricsFixture))]

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>One adapter for all tests of metrics, registered for all groups when the first one asks for it.</summary>
public sealed class MetricsFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private MetricsAdapter? _adapter;

    /// <summary>The adapter behind the API server.</summary>
    internal async Task<MetricsAdapter> AdapterAsync(ControlPlane plane)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_adapter is not null) return _adapter;
            var adapter = await MetricsAdapter.StartAsync(plane);
            await adapter.RegisterAsync("metrics.k8s.io", "v1beta1", cancellationToken);
            await adapter.RegisterAsync("custom.metrics.k8s.io", "v1beta1", cancellationToken);
            await adapter.RegisterAsync("custom.metrics.k8s.io", "v1beta2", cancellationToken);
            await adapter.RegisterAsync("external.metrics.k8s.io", "v1beta1", cancellationToken);
            return _adapter = adapter;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_adapter is not null) await _adapter.DisposeAsync();
        _gate.Dispose();
    }
}
