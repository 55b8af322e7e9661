using Microsoft.Extensions.Time.Testing;

namespace AutoScaling.Tests.Scalers;

public sealed class FakeScalerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Noon);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetReplicas_UntouchedTarget_HasTheInitialCountReady()
    {
        var status = await new FakeScaler(_time, 2).GetReplicasAsync("web", Token);
        Assert.Equal((2, 2, 0, 2), (status.Desired, status.Ready, status.Starting, status.Existing));
        Assert.Equal(["web-0", "web-1"], status.Members.Select(m => m.Name));
        Assert.All(status.Members, m => Assert.Equal((ReplicaPhase.Running, ReplicaReadiness.Ready, Noon, Noon), (m.Phase, m.Readiness, m.StartedAt, m.ReadinessChangedAt)));
    }

    [Fact]
    public async Task GetReplicas_WithoutInitialCount_HasOne() => Assert.Equal(1, (await new FakeScaler(_time).GetReplicasAsync("web", Token)).Desired);

    [Fact]
    public async Task GetReplicas_InitialCountsByTarget_HasTheTargetsOwn()
    {
        var scaler = new FakeScaler(_time, target => target.Name.Length);
        Assert.Equal(3, (await scaler.GetReplicasAsync("web", Token)).Desired);
        Assert.Equal(5, (await scaler.GetReplicasAsync("queue", Token)).Desired);
    }

    [Fact]
    public async Task Scale_UpWithStartDelay_StartsUntilTheDelayIsOver()
    {
        var scaler = new FakeScaler(_time) { StartDelay = TimeSpan.FromSeconds(30) };
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 1, 3, Token));

        _time.Advance(TimeSpan.FromSeconds(29));
        var starting = await scaler.GetReplicasAsync("web", Token);
        Assert.Equal((3, 1, 2), (starting.Desired, starting.Ready, starting.Starting));
        Assert.Equal((ReplicaPhase.Pending, ReplicaReadiness.NotReady, Noon.AddMinutes(1)), (starting.Members[2].Phase, starting.Members[2].Readiness, starting.Members[2].StartedAt));

        _time.Advance(TimeSpan.FromSeconds(1));
        var ready = await scaler.GetReplicasAsync("web", Token);
        Assert.Equal((3, 3, 0), (ready.Desired, ready.Ready, ready.Starting));
        Assert.Equal((ReplicaPhase.Running, Noon.AddSeconds(90)), (ready.Members[2].Phase, ready.Members[2].ReadinessChangedAt));
    }

    [Fact]
    public async Task Scale_DownAndUpAgain_TakesTheHighestAndStartsThemAnew()
    {
        var scaler = new FakeScaler(_time, 3);
        await scaler.ScaleAsync("web", 3, 1, Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await scaler.ScaleAsync("web", 1, 2, Token);
        var members = (await scaler.GetReplicasAsync("web", Token)).Members;
        Assert.Equal([("web-0", Noon), ("web-1", Noon.AddMinutes(1))], members.Select(m => (m.Name, m.StartedAt!.Value)));
    }

    [Theory]
    [InlineData(5, 3, "it has 5 replicas, not 3")]
    [InlineData(1, 3, "it has 1 replica, not 3")]
    public async Task Scale_TargetMovedMeanwhile_IsRejectedAndWritesNothing(int found, int from, string reason)
    {
        var scaler = new FakeScaler(_time, 3);
        scaler.SetReplicas("web", found);
        Assert.Equal(ScaleOutcome.Rejected(reason), await scaler.ScaleAsync("web", from, 4, Token));
        Assert.Equal(found, (await scaler.GetReplicasAsync("web", Token)).Desired);
    }

    [Fact]
    public async Task Scale_ToTheCountItHas_IsUnchanged() => Assert.Equal(ScaleOutcome.Unchanged, await new FakeScaler(_time, 3).ScaleAsync("web", 3, 3, Token));

    [Fact]
    public async Task Scale_InjectedOutcome_IsAnsweredAndWritesNothing()
    {
        var foreseen = new List<ScaleOutcome>();
        var scaler = new FakeScaler(_time) { OnScale = call => { foreseen.Add(call.Outcome); return ScaleOutcome.Failed("the API server answered 500"); } };
        Assert.Equal(ScaleOutcome.Failed("the API server answered 500"), await scaler.ScaleAsync("web", 1, 2, Token));
        Assert.Equal([ScaleOutcome.Applied], foreseen);
        Assert.Equal(1, (await scaler.GetReplicasAsync("web", Token)).Desired);

        scaler.OnScale = _ => null;
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync("web", 1, 2, Token));
        Assert.Equal(2, (await scaler.GetReplicasAsync("web", Token)).Desired);
    }

    [Fact]
    public async Task Scale_HookMovesTheTarget_IsRejected()
    {
        var scaler = new FakeScaler(_time);
        scaler.OnScale = call => { scaler.SetReplicas(call.Target, 7); return null; };
        Assert.Equal(ScaleOutcome.Rejected("it has 7 replicas, not 1"), await scaler.ScaleAsync("web", 1, 2, Token));
    }

    [Fact]
    public async Task Scale_HookThrows_ThrowsItAndLogsIt()
    {
        var scaler = new FakeScaler(_time) { OnScale = _ => throw new TimeoutException("no answer") };
        var error = await Assert.ThrowsAsync<TimeoutException>(async () => await scaler.ScaleAsync("web", 1, 2, Token));
        Assert.Equal("no answer", error.Message);
        Assert.Equal("web 1 -> 2: Failed: no answer", Assert.Single(scaler.Calls).ToString());
    }

    [Fact]
    public async Task GetReplicas_InjectedFailure_IsThrown()
    {
        var scaler = new FakeScaler(_time) { OnRead = target => target == "web" ? new TimeoutException("no answer") : null };
        await Assert.ThrowsAsync<TimeoutException>(async () => await scaler.GetReplicasAsync("web", Token));
        Assert.Equal(1, (await scaler.GetReplicasAsync("api", Token)).Desired);
    }

    [Fact]
    public async Task Calls_AfterScalings_NamesEachOne()
    {
        var scaler = new FakeScaler(_time);
        await scaler.ScaleAsync("web", 1, 4, Token);
        _time.Advance(TimeSpan.FromSeconds(15));
        await scaler.ScaleAsync("web", 1, 5, Token);
        scaler.SetReplicas("web", 2);

        Assert.Equal(
            [
                new() { At = Noon, Target = "web", From = 1, To = 4, Outcome = ScaleOutcome.Applied },
                new() { At = Noon.AddSeconds(15), Target = "web", From = 1, To = 5, Outcome = ScaleOutcome.Rejected("it has 4 replicas, not 1") },
            ],
            scaler.Calls);
        Assert.Equal(["web 1 -> 4: Applied", "web 1 -> 5: Rejected: it has 4 replicas, not 1"], scaler.Calls.Select(c => c.ToString()));
    }

    [Fact]
    public async Task Calls_MoreThanTenThousand_KeepsTheNewest()
    {
        var scaler = new FakeScaler(_time);
        for (var i = 0; i < 10_001; i++) await scaler.ScaleAsync("web", i == 0 ? 1 : 2, 2, Token);
        Assert.Equal(10_000, scaler.Calls.Count);
        Assert.All(scaler.Calls, call => Assert.Equal(ScaleOutcome.Unchanged, call.Outcome));
    }

    [Fact]
    public async Task Scale_FromManyThreads_AppliesEachCountOnce()
    {
        var scaler = new FakeScaler(_time);
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), Token, async (_, token) =>
        {
            while (true)
            {
                var count = (await scaler.GetReplicasAsync("web", token)).Desired;
                if ((await scaler.ScaleAsync("web", count, count + 1, token)).Kind == ScaleOutcomeKind.Applied) return;
            }
        });
        Assert.Equal(201, (await scaler.GetReplicasAsync("web", Token)).Desired);
        Assert.Equal(Enumerable.Range(2, 200), scaler.Calls.Where(c => c.Outcome == ScaleOutcome.Applied).Select(c => c.To));
    }

    [Fact]
    public async Task Calls_OfACancelledCaller_AreCancelledAndNotLogged()
    {
        var scaler = new FakeScaler(_time);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await scaler.ScaleAsync("web", 1, 2, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await scaler.GetReplicasAsync("web", cancelled));
        Assert.Empty(scaler.Calls);
    }

    [Fact]
    public void Settings_OutOfTheirRange_AreRefused()
    {
        Assert.Equal("InitialReplicas must be at least 0, but is -1.", Assert.Throws<ScalingException>(() => new FakeScaler(_time, -1)).Message);
        Assert.Equal(
            "StartDelay must be at least 0, but is -1s.",
            Assert.Throws<ScalingException>(() => new FakeScaler(_time) { StartDelay = TimeSpan.FromSeconds(-1) }).Message);
    }
}
