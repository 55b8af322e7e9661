using System.Diagnostics;
using AutoScaling.Orleans.Tests.Processes;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>A silo is lost in the middle of a tick.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class KillTests
{
    private const int Targets = 300;

    // 20 of them: benchmarks/AutoScaling.Orleans.Benchmarks -- kills.
    private const int Rounds = 3;

    // What is promised is held by one kill at least; by each of them only where nothing else keeps the machine busy.
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    [Fact]
    public Task KillOnRedis_ThreeTimesInMidTick_NothingIsScaledTwiceAndAllIsEvaluatedAgainWithinTenSeconds() =>
        KillAsync(new RedisServer(), Rounds);

    [Fact]
    public Task KillOnPostgres_InMidTick_NothingIsScaledTwiceAndAllIsEvaluatedAgain() => KillAsync(new PostgresServer(), 1);

    /// <summary>Each silo pokes when it starts, and then no more, and nobody asks: what is left is the reminder of each bucket, which comes once a minute.</summary>
    [Fact]
    public async Task Kill_SilosThatDoNotPoke_RemindersBeginTheBucketsElsewhere()
    {
        await using var cluster = new Cluster(
            new RedisServer(), Targets, interval: 2, "--probe", "2", "--reminders", "1", "--tick", "3600", "--lease", "7200", "--dashboard", "off");
        var silos = await cluster.StartAsync(1);
        await cluster.StartSiloAsync("S2");
        await Waiting.ForAsync(2 * cluster.Interval);
        Assert.Contains(cluster.Shares(), share => share.StartsWith("S1", StringComparison.Ordinal));

        await silos[0].KillAsync();
        var took = await cluster.EvaluatedSinceAsync(Stopwatch.GetTimestamp(), TimeSpan.FromMinutes(3));
        TestContext.Current.TestOutputHelper?.WriteLine($"All evaluated again after {took.TotalSeconds:0.0} s");
    }

    private static async Task KillAsync(IStorageServer storage, int rounds)
    {
        await using var cluster = new Cluster(storage, Targets, interval: 2);
        var world = cluster.World;
        world.Slowness = TimeSpan.FromMilliseconds(30);
        var silos = (await cluster.StartAsync(2)).ToList();
        var random = new Random(20261130);
        var soonest = TimeSpan.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            // A third of the targets is to be scaled up in this round, from 4 to 6, each once: the cooldown is longer than the test.
            var scaledBefore = world.Scalings.Count;
            var now = round;
            world.Begin((target, _) => target % Rounds <= now ? 90 : World.Steady);
            var instant = random.Next(5, Targets / Rounds * 2 / 3);
            await Waiting.UntilAsync(() => world.Scalings.Count >= scaledBefore + instant, Waiting.Patience, "the silos scale");
            var victim = silos[round % 2];
            await victim.KillAsync();
            var killed = Stopwatch.GetTimestamp();
            var took = await cluster.EvaluatedSinceAsync(killed, Longest);
            TestContext.Current.TestOutputHelper?.WriteLine($"Round {round}: killed after {instant} scalings, all evaluated again after {took.TotalSeconds:0.0} s");
            if (took < soonest) soonest = took;
            await Waiting.UntilAsync(
                () => cluster.All.Where(t => t % Rounds <= now).All(t => world.ReplicasOf(t) == 6), Waiting.Patience, "all are scaled");
            cluster.ScaledOnce(t => t % Rounds <= now);
            if (round == rounds - 1) break;
            silos[round % 2] = await cluster.StartSiloAsync($"S{3 + round}");
            await cluster.SharedOutAsync(2);
        }

        if (rounds > 1) Assert.True(soonest < Promised, $"It took {soonest.TotalSeconds:0.0} s at least until all were evaluated again.");
    }
}
