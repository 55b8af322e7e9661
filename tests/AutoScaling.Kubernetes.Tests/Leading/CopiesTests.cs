using System.Diagnostics;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Leading;

/// <summary>Several copies as processes of their own, on a real API server: one acts, and only one.</summary>
public sealed class CopiesTests(ClusterFixture cluster)
{
    private const string Rules = TestNamespace.ScalingRules + "," + LeaderRules.All;
    private static readonly double[] Defaults = [15, 10, 2];
    private static readonly double[] Quick = [3, 2, 0.4];

    // Leads for so long without a renewal that a busy machine does not end it, and so much shorter than its lease that it is not that machine which decides who is sooner.
    private static readonly double[] Steady = [30, 10, 1];

    // Whoever had to wait for the end of its lease would wait so long that it cannot be taken for a quick takeover.
    private static readonly double[] Lasting = [150, 100, 2];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_TheLeaderStopsAndTheNextOneIsKilled_AnotherTakesOverAndNeverTwoAct()
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), "copies-defaults", Rules);
        await LeaderRules.CreateLeaseAsync(space.Admin, space.Name);
        await space.CreateDeploymentAsync("web", 4);
        using var first = new CopyProcess(space, "first", times: Lasting);
        await first.WaitForActsAsync(5, Cancellation);
        using var second = new CopyProcess(space, "second", times: Defaults);
        await second.WaitForAsync("LeaseHolder", Cancellation);
        await first.WaitForActsAsync(10, Cancellation);
        Assert.Empty(second.Acts);

        var stopped = Stopwatch.GetTimestamp();
        await first.StopAsync(Cancellation);
        var leads = await second.WaitForAsync("Leads", Cancellation);
        Assert.InRange(Stopwatch.GetElapsedTime(stopped, leads.Ended), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        await second.WaitForActsAsync(5, Cancellation);

        using var third = new CopyProcess(space, "third", times: Defaults);
        await third.WaitForAsync("LeaseHolder", Cancellation);
        var killed = Stopwatch.GetTimestamp();
        second.Kill();
        leads = await third.WaitForAsync("Leads", Cancellation);
        Assert.InRange(Stopwatch.GetElapsedTime(killed, leads.Ended), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        await third.WaitForActsAsync(5, Cancellation);

        AssertTakeTurns(first, second, third);
    }

    [Fact]
    public async Task Run_TheApiServerIsKilled_TheLeaderStopsActingBeforeItsLeaseCouldBeTakenAndOneLeadsAfterwards()
    {
        Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
        using var plane = await ControlPlane.StartAsync(Cancellation);
        var space = await TestNamespace.CreateAsync(plane, "copies-restart", Rules);
        await LeaderRules.CreateLeaseAsync(space.Admin, space.Name);
        await space.CreateDeploymentAsync("web", 4);
        using var one = new CopyProcess(space, "one", times: Steady);
        await one.WaitForActsAsync(3, Cancellation);
        using var two = new CopyProcess(space, "two", times: Steady);
        await two.WaitForAsync("LeaseHolder", Cancellation);

        plane.KillApiServer();
        var killed = Stopwatch.GetTimestamp();
        var ended = await one.WaitForAsync("LeadsNoLonger", Cancellation);
        Assert.InRange(Stopwatch.GetElapsedTime(killed, ended.Ended), TimeSpan.Zero, TimeSpan.FromSeconds(Steady[0]));
        await one.WaitForAsync("LeaseTrouble", Cancellation);
        var before = one.Acts.Count;
        await plane.RestartApiServerAsync(Cancellation);

        while (one.Acts.Count + two.Acts.Count < before + 5) await Task.Delay(20, Cancellation);
        AssertTakeTurns(one, two);
    }

    [Fact]
    public async Task Run_TheLeaderIsKilledAfterAScaling_ItsCooldownHoldsForTheNextOne()
    {
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), "copies-state", Rules);
        await space.CreateDeploymentAsync("web", 4);
        using var first = new CopyProcess(space, "first", "90", times: Quick);
        await first.WaitForActsAsync(1, Cancellation);
        await SavedAsync(space);
        using var second = new CopyProcess(space, "second", "90", times: Quick);
        await second.WaitForAsync("LeaseHolder", Cancellation);

        first.Kill();

        var evaluated = await second.WaitForAsync("Unchanged", Cancellation);
        Assert.Contains("cooldown", evaluated.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(6, await space.ReplicasAsync("web"));
        Assert.Empty(second.Acts);
    }

    [Fact]
    public async Task Run_TheLeaderIsKilledInMidWave_TheNextOneFinishesItAndAccusesNobody()
    {
        const int targets = 30;
        var space = await TestNamespace.CreateAsync(await cluster.PlaneAsync(), "copies-wave", Rules);
        var names = Enumerable.Range(0, targets).Select(i => $"web-{i}").ToList();
        foreach (var name in names) await space.CreateDeploymentAsync(name, 4);
        using var first = new CopyProcess(space, "first", "90", targets, Quick);
        await first.WaitForActsAsync(1, Cancellation);
        first.Kill();

        using var second = new CopyProcess(space, "second", "90", targets, Quick);
        await second.WaitForAsync("Leads", Cancellation);
        await second.WaitForTargetsAsync(targets, Cancellation);

        foreach (var name in names) Assert.Equal(6, await space.ReplicasAsync(name));
        Assert.DoesNotContain(second.Lines, line => line.Text.Contains("Someone else", StringComparison.Ordinal));
    }

    /// <summary>Each copy's actions lie before or after those of every other one, as a whole.</summary>
    private static void AssertTakeTurns(params CopyProcess[] copies)
    {
        var acts = copies.SelectMany(c => c.Acts).OrderBy(a => a.Began).ToList();
        foreach (var (act, next) in acts.Zip(acts.Skip(1)))
        {
            if (act.Copy != next.Copy) Assert.True(act.Ended <= next.Began, $"{act} and {next} are at the same time.");
        }

        var turns = acts.Select(a => a.Copy).Aggregate(new List<string>(), (seen, copy) => seen.LastOrDefault() == copy ? seen : [.. seen, copy]);
        Assert.Equal(turns.Distinct(), turns);
    }

    private static async Task SavedAsync(TestNamespace space)
    {
        while (true)
        {
            var maps = await space.Admin.GetAsync($"/api/v1/namespaces/{space.Name}/configmaps", Cancellation);
            if (maps["items"]!.AsArray().Any(m => (string?)m!["metadata"]!["name"] == "autoscaling-state-0")) return;
            await Task.Delay(20, Cancellation);
        }
    }
}
