using System.Diagnostics;
using AutoScaling.Orleans.Tests.Processes;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>A silo is stopped where it is, and goes on when another one has its targets.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class FreezeTests
{
    private const int Targets = 300;

    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Freeze_InMidTick_NothingIsScaledTwice()
    {
        await using var cluster = new Cluster(new RedisServer(), Targets, interval: 2, "--probe", "2");
        var world = cluster.World;
        world.Slowness = TimeSpan.FromMilliseconds(50);
        var silos = await cluster.StartAsync(2);
        world.Begin((_, _) => 90);
        await Waiting.UntilAsync(() => world.Scalings.Count >= Targets / 3, Waiting.Patience, "the silos scale");
        await silos[0].FreezeAsync();
        var frozen = Stopwatch.GetTimestamp();
        await Waiting.ForAsync(Frozen);
        await cluster.EvaluatedSinceAsync(frozen, Waiting.Patience); // The other silo has gone on with all targets.
        var thawed = Stopwatch.GetTimestamp();
        await silos[0].ThawAsync();

        // All have been evaluated again some times: whatever the silo that was stopped was about to do, it has done by now.
        await Waiting.ForAsync(3 * cluster.Interval);
        await cluster.EvaluatedSinceAsync(thawed, Waiting.Patience);
        cluster.ScaledOnce(_ => true);
        Assert.DoesNotContain(world.Scalings, s => s.At > thawed && string.Equals(s.Silo, silos[0].Name, StringComparison.Ordinal));
    }
}
