namespace AutoScaling.Simulation.Tests.Model;

public sealed class FleetTests
{
    private static readonly ServiceModel Minute = Traces.Service with { StartDelay = StartDelay.Constant(TimeSpan.FromMinutes(1)) };

    [Fact]
    public void Scale_Up_IsReadyAfterTheStartDelay()
    {
        var fleet = new Fleet(Minute, 1, 2);
        fleet.Scale(5, Seconds(10));
        Assert.Equal((2, 5, 5), (fleet.Ready, fleet.Desired, fleet.Existing));
        fleet.Advance(Seconds(69));
        Assert.Equal(2, fleet.Ready);
        fleet.Advance(Seconds(70));
        Assert.Equal(5, fleet.Ready);
    }

    [Fact]
    public void Scale_Down_LetsTheLastAskedForGoFirst()
    {
        var fleet = new Fleet(Minute, 1, 2);
        fleet.Scale(4, 0);
        fleet.Advance(Seconds(60));
        fleet.Scale(6, Seconds(90));
        fleet.Scale(3, Seconds(100));
        Assert.Equal((3, 3), (fleet.Ready, fleet.Desired));
        Assert.Equal(["replica-0", "replica-1", "replica-2"], fleet.ReadyReplicas.Select(r => r.Name));
    }

    [Fact]
    public void Scale_DownWithDrain_CostsUntilItIsOverAndServesNothing()
    {
        var fleet = new Fleet(Minute with { Drain = TimeSpan.FromSeconds(30) }, 1, 3);
        fleet.Scale(1, 0);
        Assert.Equal((1, 3, 10.0), (fleet.Ready, fleet.Existing, fleet.Capacity(0)));
        Assert.Equal(2, fleet.Status(default(DateTimeOffset).AddDays(3)).Terminating);
        fleet.Advance(Seconds(30));
        Assert.Equal(1, fleet.Existing);
    }

    [Fact]
    public void Scale_DelaysWithoutEnd_NeverEnd()
    {
        var fleet = new Fleet(Traces.Service with { StartDelay = StartDelay.Constant(TimeSpan.MaxValue), Drain = TimeSpan.MaxValue }, 1, 3);
        fleet.Scale(1, Seconds(1));
        fleet.Scale(2, Seconds(2));
        fleet.Advance(TimeSpan.FromDays(365_000).Ticks);
        Assert.Equal((1, 2, 4), (fleet.Ready, fleet.Desired, fleet.Existing));
        Assert.Equal(TimeSpan.MaxValue, Enumerable.Range(0, 100).Max(i => StartDelay.LogNormal(TimeSpan.FromDays(1), TimeSpan.FromDays(1_000_000)).Of(1, i)));
    }

    [Fact]
    public void Capacity_WarmUp_RisesInAStraightLine()
    {
        var fleet = new Fleet(Minute with { WarmUp = TimeSpan.FromSeconds(100), InitialCapacity = 0.2 }, 1, 1);
        fleet.Scale(2, 0);
        fleet.Advance(Seconds(60));
        Assert.Equal(10 + 2, fleet.Capacity(Seconds(60)), 9);
        Assert.Equal(10 + 6, fleet.Capacity(Seconds(110)), 9);
        Assert.Equal(10 + 10, fleet.Capacity(Seconds(160)), 9);
        Assert.Equal(10 + 10, fleet.Capacity(Seconds(1000)), 9);
    }

    [Fact]
    public void Status_EveryKind_IsToldApart()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var fleet = new Fleet(Minute with { Drain = TimeSpan.FromHours(1) }, 1, 3);
        fleet.Scale(2, 0);
        fleet.Scale(4, Seconds(10));
        var status = fleet.Status(start);
        Assert.Equal((4, 2, 2, 1, 4), (status.Desired, status.Ready, status.Starting, status.Terminating, status.Existing));
        Assert.Equal(
            [(ReplicaPhase.Running, ReplicaReadiness.Ready, false), (ReplicaPhase.Running, ReplicaReadiness.Ready, false), (ReplicaPhase.Pending, ReplicaReadiness.NotReady, false), (ReplicaPhase.Pending, ReplicaReadiness.NotReady, false), (ReplicaPhase.Running, ReplicaReadiness.NotReported, true)],
            status.Members.Select(m => (m.Phase, m.Readiness, m.IsTerminating)));
        Assert.Equal(start.AddSeconds(10), status.Members[2].StartedAt);
    }

    [Fact]
    public void StartDelay_LogNormal_HasItsQuantiles()
    {
        var delay = StartDelay.LogNormal(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(180));
        double[] drawn = [.. Enumerable.Range(0, 20_000).Select(i => delay.Of(3, i).TotalSeconds).Order()];
        Assert.InRange(drawn[10_000], 58, 62);
        Assert.InRange(drawn[19_000], 170, 190);
        Assert.InRange(drawn.Distinct().Count(), 19_900, 20_000);
    }

    [Fact]
    public void Advance_DifferentDelays_BecomeReadyInTheOrderOfTheirReadiness()
    {
        var fleet = new Fleet(Traces.Service with { StartDelay = StartDelay.LogNormal(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(180)) }, 1, 0);
        fleet.Scale(50, 0);
        for (var second = 0; second < 900; second += 60) fleet.Advance(Seconds(second));
        Assert.Equal(50, fleet.Ready);
        Assert.Equal(fleet.ReadyReplicas.Select(r => r.ReadyAt).Order(), fleet.ReadyReplicas.Select(r => r.ReadyAt));
        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => $"replica-{i}"), fleet.ReadyReplicas.Select(r => r.Name));
    }

    private static long Seconds(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;
}
