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
        await using var host = new ScalingHost(o => (o.KubeConfig, o.Events, o.RetryTime) = (space.Options().KubeConfig, false, TimeSpan.FromSeconds(3)), [ScalingHost.Policy("web")], _time);
        Assert.Null((await host.AutoScaler.EvaluateAsync("web", Cancellation)).Error);

        plane.KillApiServer();
        host.Cpu = 90;
        _time.Advance(TestNamespace.ListAge);
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
        _time.Advance(TestNamespace.ListAge);
        var up = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal((6, 9), (up.Decision!.From, up.Decision.To));
        Assert.Equal(ScaleOutcome.Applied, up.Outcome);
        Assert.Equal(9, await space.ReplicasAsync("web"));
    }

    [Fact]
    public async Task EvaluateAsync_DatabaseRestoredFromABackup_GoesByWhatThereIsAndNotByWhatWasWrittenSince()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "restore", TestNamespace.ListingRules);
        await space.CreateDeploymentAsync("web", 4);
        await space.CreateDeploymentAsync("quiet", 2);
        await using var host = new ScalingHost(
            o => (o.KubeConfig, o.Events, o.MaxListAge) = (space.Options().KubeConfig, false, TestNamespace.ListAge),
            [ScalingHost.Policy("web"), ScalingHost.Policy("quiet")],
            _time);
        await plane.BackUpAsync(Cancellation);
        for (var i = 0; i < 50; i++) await space.SetStatusAsync("web", i);
        host.Cpu = 90;
        Assert.Equal(6, (await host.AutoScaler.EvaluateAsync("web", Cancellation)).Decision!.To);
        _time.Advance(TestNamespace.ListAge);
        Assert.Equal((6, 9), await DecideAsync("web"));
        Assert.Equal(9, await space.ReplicasAsync("web"));

        await plane.RestoreAsync(Cancellation);

        // With the lists that were read before: nothing is written over what was never seen.
        host.Cpu = 10;
        var before = await host.AutoScaler.EvaluateAsync("web", Cancellation);
        Assert.Equal(ScaleOutcome.Rejected("it has 4 replicas, not 9"), before.Outcome);
        Assert.Equal(4, await space.ReplicasAsync("web"));

        // With new lists, whose versions are older than those of what was written.
        _time.Advance(TestNamespace.ListAge);
        host.Cpu = 90;
        Assert.Equal((2, 3), await DecideAsync("quiet"));
        Assert.Equal((4, 6), await DecideAsync("web"));
        Assert.Equal((6, 3), (await space.ReplicasAsync("web"), await space.ReplicasAsync("quiet")));

        async Task<(int From, int To)> DecideAsync(string target)
        {
            var record = await host.AutoScaler.EvaluateAsync(target, Cancellation);
            Assert.Equal((null, ScaleOutcome.Applied), (record.Error, record.Outcome));
            return (record.Decision!.From, record.Decision.To);
        }
    }
}
