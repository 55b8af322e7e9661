using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Client;

/// <summary>On a control plane of their own, whose API server they kill.</summary>
public sealed class RestartTests
{
    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EvaluateAsync_ApiServerKilledAndRestarted_DecidesNothingMeanwhileAndRightAfterwards()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "restart");
        await space.CreateDeploymentAsync("web", 4);
        await using var host = new ScalingHost(o => (o.KubeConfig, o.Events, o.RetryTime) = (space.Options().KubeConfig, false, TimeSpan.FromSeconds(1)), [ScalingHost.Policy("web")], _time);
        Assert.Null((await host.AutoScaler.EvaluateAsync("web", Cancellation)).Error);

        plane.KillApiServer();
        host.Cpu = 90;
        _time.Advance(TimeSpan.FromSeconds(5));
        var down = await host.AutoScaler.EvaluateAsync("web", Cancellation);

        // What was seen before is too old to decide from; the last try's reason is told.
        Assert.Null(down.Decision);
        Assert.Equal($"'web' could not be evaluated: the API server {plane.Server} cannot be reached (Connection refused).", down.Error);

        // Within the age of a list, a decision may still be made from it, but nothing is written, and nobody believes that it was.
        await plane.RestartApiServerAsync(Cancellation);
        host.Cpu = 50;
        await host.AutoScaler.EvaluateAsync("web", Cancellation);
        plane.KillApiServer();
        host.Cpu = 90;
        var unwritten = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal(ScaleOutcome.Failed($"the API server {plane.Server} cannot be reached (Connection refused)"), unwritten.Outcome);
        Assert.Empty(unwritten.Next.Events);

        await plane.RestartApiServerAsync(Cancellation);
        await space.SetReplicasAsync("web", 6);
        _time.Advance(TimeSpan.FromSeconds(5));
        var up = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal((6, 9), (up.Decision!.From, up.Decision.To));
        Assert.Equal(ScaleOutcome.Applied, up.Outcome);
        Assert.Equal(9, await space.ReplicasAsync("web"));
    }
}
