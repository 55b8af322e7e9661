using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Kubernetes.Tests.Events;

public sealed class EventQueueTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnEvaluated_ServerThatDoesNotTakeEvents_HoldsNobodyUpAndDropsTheOldest()
    {
        await using var stub = await StubServer.StartAsync();
        using var posted = new SemaphoreSlim(0);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stub.Fault = async (_, request, _) =>
        {
            if (!request.StartsWith("POST /api/v1/namespaces/default/events", StringComparison.Ordinal)) return false;
            posted.Release();
            await release.Task;
            return false;
        };
        await using var host = new ScalingHost(o => o.KubeConfig = stub.Options().KubeConfig, [ScalingHost.Policy("web")]);
        host.Cpu = 90;
        var record = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal(ScaleOutcome.Applied, record.Outcome);
        Assert.True(await posted.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));

        // One is on its way, a thousand wait, ten are too many.
        var writer = host.Services.GetServices<IScalingObserver>().OfType<EventWriter>().Single();
        for (var i = 0; i < 1010; i++) writer.OnEvaluated(record);
        release.SetResult();

        await host.Log.WaitForAsync(1, Cancellation);
        Assert.Equal(["10 Kubernetes Events were dropped, the oldest first, because they came faster than they could be written."], host.Log.Warnings);
    }

    [Fact]
    public async Task DisposeAsync_ServerThatDoesNotTakeEvents_DoesNotWaitForIt()
    {
        await using var stub = await StubServer.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stub.Fault = async (_, request, _) =>
        {
            if (request.StartsWith("POST", StringComparison.Ordinal)) await release.Task;
            return false;
        };
        var host = new ScalingHost(o => o.KubeConfig = stub.Options().KubeConfig, [ScalingHost.Policy("web")]);
        host.Cpu = 90;
        await host.AutoScaler.EvaluateAsync("web", Cancellation);

        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        release.SetResult();
    }
}
