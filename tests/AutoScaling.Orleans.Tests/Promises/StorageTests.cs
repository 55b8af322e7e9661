using System.Diagnostics;
using AutoScaling.Orleans.Tests.Processes;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>The storage of membership and states: in memory, and one that is gone for a while.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class StorageTests
{
    private const int Targets = 200;

    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Memory_OneSilo_EvaluatesAndScalesAll()
    {
        await using var cluster = new Cluster(new InMemory(), Targets, interval: 2, "--probe", "3");
        await cluster.StartAsync(1);
        cluster.World.Begin((_, _) => 90);
        await Waiting.UntilAsync(() => cluster.All.All(t => cluster.World.ReplicasOf(t) == 6), Waiting.Patience, "all are scaled");
        cluster.ScaledOnce(_ => true);
    }

    [Fact]
    public async Task Storage_IsGone_NothingIsScaledMeanwhileAndAllGoesOnAfterwards()
    {
        await using var cluster = new Cluster(new RedisServer(), Targets, interval: 2, "--probe", "3");
        var world = cluster.World;
        await cluster.StartAsync(2);

        // What was handed over last is loaded: what cannot be is not evaluated.
        await Waiting.ForAsync(2 * cluster.Interval);
        await cluster.Storage.KillAsync();
        var killed = Stopwatch.GetTimestamp();

        // Half are to be scaled up, half down, and no intent can be saved.
        world.Begin((target, _) => target % 2 == 0 ? 90 : 20);
        await Waiting.ForAsync(Gone);
        Assert.Empty(world.Scalings);

        // They are evaluated without the storage, too; not those that changed hands meanwhile, as they do where silos wait for a processor.
        Assert.Contains(cluster.All, t => world.EvaluationsOf(t)[^1].At > killed);

        await cluster.Storage.StartAsync();
        var back = Stopwatch.GetTimestamp();
        await Waiting.UntilAsync(
            () => cluster.All.Where(t => t % 2 == 0).All(t => world.ReplicasOf(t) == 6), Waiting.Patience, "all are scaled");
        await cluster.EvaluatedSinceAsync(back, Waiting.Patience);
        Assert.DoesNotContain(world.Scalings.GroupBy(s => s.Target, StringComparer.Ordinal), g => g.Count() > 1);
        Assert.DoesNotContain(world.Scalings, s => s.At < back);
    }
}
