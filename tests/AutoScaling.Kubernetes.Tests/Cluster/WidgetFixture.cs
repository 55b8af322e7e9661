namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>One server of widgets for all tests of a class, registered when the first one asks for it.</summary>
public sealed class WidgetFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private WidgetServer? _widgets;

    /// <summary>The widgets behind the API server.</summary>
    internal async Task<WidgetServer> WidgetsAsync(ControlPlane plane)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _widgets ??= await WidgetServer.StartAsync(plane, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_widgets is not null) await _widgets.DisposeAsync();
        _gate.Dispose();
    }
}
