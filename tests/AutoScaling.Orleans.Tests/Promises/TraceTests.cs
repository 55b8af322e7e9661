using System.Net.Http.Json;
using AutoScaling.Orleans.Tests.Processes;
using Silo = AutoScaling.Orleans.Tests.Processes.Silo;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>Many silos decide what one process decides.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class TraceTests
{
    private const int Targets = 2000, Steps = 16;

    // On the clock that the test sets: at each step every target is evaluated once, and a cooldown is two and a half of them.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Settings = ["--steps", "1", "--cooldown", "0.25", "--lease", "60", "--probe", "10"];

    // Longer than the silos take from one handing over to the next.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(12);

    private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Trace_OverTwoThousandTargets_TwoSilosScaleAsOneProcess()
    {
        await using var cluster = new Cluster(new RedisServer(), Targets, 0.1, Settings);
        await using var aloneWorld = new World();
        await using var alone = Silo.Start("alone", aloneWorld, ["--targets", "2000", "--interval", "0.1", .. Settings]);
        await cluster.Storage.StartAsync();
        var silos = await Task.WhenAll(cluster.StartSiloAsync("S1"), cluster.StartSiloAsync("S2"));
        await Waiting.UntilAsync(() => aloneWorld.HasStarted("alone"), TimeSpan.FromSeconds(60), "the host that is alone has started");

        // Until both silos have their share, and nothing is handed over any longer.
        var step = 0;
        var since = TimeProvider.System.GetTimestamp();
        for (var owners = ""; TimeProvider.System.GetElapsedTime(since) < Settled;)
        {
            await StepAsync(cluster.World, silos, ++step);
            var now = string.Join(',', cluster.All.Select(t => cluster.World.EvaluationsOf(t)).Select(e => e.Count == 0 ? "" : e[^1].Silo));
            if (!cluster.IsFair(2) || !string.Equals(now, owners, StringComparison.Ordinal)) since = TimeProvider.System.GetTimestamp();
            owners = now;
            Assert.True(step < 300, $"The silos have no fair share: {string.Join(", ", cluster.Shares())}");
        }

        for (var i = 1; i <= step; i++) await StepAsync(aloneWorld, [alone], i);
        aloneWorld.Begin(Trace);
        cluster.World.Begin(Trace);
        for (var i = 0; i < Steps; i++)
        {
            step++;
            await StepAsync(cluster.World, silos, step);
            await StepAsync(aloneWorld, [alone], step);
        }

        var (together, expected) = (ScalingsOf(cluster.World), ScalingsOf(aloneWorld));
        TestContext.Current.TestOutputHelper?.WriteLine($"{expected.Count} scalings in {Steps} ticks, {string.Join(", ", cluster.Shares())}");
        Assert.True(expected.Count > 2 * Targets, $"only {expected.Count} scalings");
        Assert.Equal(expected, together);
        Assert.Equal(2, cluster.World.Scalings.Select(s => s.Silo).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Tick, from and to of every scaling of the trace.</summary>
    private static List<(string Target, int Tick, int From, int To)> ScalingsOf(World world) =>
        [.. world.Scalings.Select(s => (s.Target, s.Reading, s.From, s.To)).Order()];

    /// <summary>The CPU of a target at a reading: chance by hashing both, the same in every run.</summary>
    private static double Trace(int target, int reading)
    {
        var mixed = (((uint)target * 2654435761u) ^ ((uint)(reading / 2) * 2246822519u)) * 3266489917u;
        return 20 + ((mixed >> 16) % 100);
    }

    /// <summary>Sets the clock of all silos, and has each evaluate what is its own, until every target was evaluated once.</summary>
    private async Task StepAsync(World world, Silo[] silos, int step)
    {
        var stop = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        var ticks = (_began + (step * Step)).UtcTicks;
        foreach (var silo in silos) await client.GetStringAsync($"http://127.0.0.1:{silo.Http}/clock?ticks={ticks}", stop);
        var before = Enumerable.Range(0, Targets).Select(world.ReadsOf).ToArray();
        for (var turn = 0; ; turn++)
        {
            int[] left = [.. Enumerable.Range(0, Targets).Where(t => world.ReadsOf(t) == before[t])];
            if (left.Length == 0) break;
            Assert.True(turn < 200, $"{left.Length} targets are nobody's, such as t{left[0]}");
            if (turn > 0 && turn % silos.Length == 0) await Waiting.ForAsync(Step);
            if (turn > 0) await EvaluateAsync(silos[turn % silos.Length], left);
            else await Task.WhenAll(silos.Select(silo => EvaluateAsync(silo, [.. left.Where(t => IsLastOf(world, silo, t))])));
        }

        Assert.All(Enumerable.Range(0, Targets), t => Assert.Equal(before[t] + 1, world.ReadsOf(t)));

        async Task EvaluateAsync(Silo silo, int[] some)
        {
            using var answer = await client.PostAsJsonAsync($"http://127.0.0.1:{silo.Http}/evaluate", some, stop);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static bool IsLastOf(World world, Silo silo, int target) =>
        world.EvaluationsOf(target) is { Count: > 0 } made && string.Equals(made[^1].Silo, silo.Name, StringComparison.Ordinal);
}
