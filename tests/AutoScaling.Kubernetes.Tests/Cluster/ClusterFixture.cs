using AutoScaling.Kubernetes.Tests.Cluster;

[assembly: AssemblyFixture(typeof(ClusterFixture))]

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>One control plane for all tests, started when the first one asks for it. Tests keep out of each other's way by namespaces of their own.</summary>
public sealed class ClusterFixture : IDisposable
{
    private readonly Lazy<Task<ControlPlane>> _plane = new(() => Task.Run(() => ControlPlane.StartAsync(CancellationToken.None)));

    /// <summary>The control plane; without its binaries the test is skipped.</summary>
    internal async Task<ControlPlane> PlaneAsync()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        return await _plane.Value.WaitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (_plane is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) _plane.Value.Result.Dispose();
    }
}
