using System.Diagnostics;
using System.Globalization;
using AutoScaling.Orleans.Tests.Processes;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>Silos come and go under load.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class ShareTests
{
    private const int Targets = 300;

    // As promised of a silo that is killed. One that stops hands over at once, if the machine is not busy with other things.
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Join_ASecondSilo_ItTakesItsShareWithinAMinute()
    {
        await using var cluster = new Cluster(new RedisServer(), Targets, interval: 2, "--probe", "3");
        await cluster.StartAsync(1);
        await cluster.StartSiloAsync("S2");
        var took = await cluster.SharedOutAsync(2);
        TestContext.Current.TestOutputHelper?.WriteLine($"Its share after {took.TotalSeconds:0.0} s: {string.Join(", ", cluster.Shares())}");
        Assert.True(took < TimeSpan.FromMinutes(1));
        NoGap(cluster, 0);
    }

    [Fact]
    public async Task Restart_ThreeSilosOneAfterTheOther_NoTargetWaitsLongerThanTwoIntervalsAndTakeover()
    {
        await using var cluster = new Cluster(new RedisServer(), Targets, interval: 2, "--cooldown", "1", "--probe", "3");
        var silos = await cluster.StartAsync(3);

        // Load goes up and down, so that all the time something is scaled.
        cluster.World.Begin((target, reading) => ((target + reading) % 12) < 6 ? 90 : 30);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < silos.Length; i++)
        {
            await silos[i].StopAsync();
            await cluster.StartSiloAsync($"S{i + 4}");
            await cluster.SharedOutAsync(3);
        }

        await Waiting.ForAsync(2 * cluster.Interval);
        var longest = NoGap(cluster, began);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"The longest time without an evaluation: {longest.TotalSeconds:0.0} s; scalings: {cluster.World.Scalings.Count}");
        Assert.True(longest < (2 * cluster.Interval) + Takeover, $"A target was not evaluated for {longest.TotalSeconds:0.0} s.");
        Assert.NotEmpty(cluster.World.Scalings);

        // From one count to the next without a break: no scaling was made of a count that had passed.
        foreach (var scalings in cluster.World.Scalings.GroupBy(s => s.Target, StringComparer.Ordinal))
            Assert.All(scalings.Zip(scalings.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    /// <summary>Every silo reads the policies, and one of them looks after what is new in them.</summary>
    [Fact]
    public async Task Reload_AFileOfPoliciesThatChanges_OneSiloEvaluatesWhatIsNewAndNobodyWhatIsGone()
    {
        const int Added = Targets, Second = Targets + 1;
        var folder = Directory.CreateTempSubdirectory("autoscaling-orleans-").FullName;
        var file = Path.Combine(folder, "policies.yaml");
        static string Policy(int target) =>
            $"  - {{ service: t{target.ToString(CultureInfo.InvariantCulture)}, max: 9, interval: 1s, rules: [{{ type: threshold, cpuTarget: 60 }}] }}\n";
        await File.WriteAllTextAsync(file, "policies:\n" + Policy(Added), TestContext.Current.CancellationToken);
        try
        {
            await using var cluster = new Cluster(new RedisServer(), Targets, interval: 2, "--probe", "3", "--policies", file);
            await cluster.StartAsync(2);
            var world = cluster.World;
            await Waiting.UntilAsync(() => world.EvaluationsOf(Added).Count > 0, Waiting.Patience, "the target of the file is evaluated");

            await File.WriteAllTextAsync(file, "policies:\n" + Policy(Second), TestContext.Current.CancellationToken);
            await Waiting.UntilAsync(() => world.EvaluationsOf(Second).Count > 3, Waiting.Patience, "the target that is new is evaluated");
            Assert.Single(world.EvaluationsOf(Second).Select(e => e.Silo).Distinct(StringComparer.Ordinal));
            await Waiting.ForAsync(cluster.Interval);
            var last = world.EvaluationsOf(Added).Count;
            await Waiting.ForAsync(2 * cluster.Interval);
            Assert.Equal(last, world.EvaluationsOf(Added).Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TimeSpan NoGap(Cluster cluster, long since)
    {
        var longest = TimeSpan.Zero;
        foreach (var target in cluster.All)
        {
            var last = since;
            foreach (var (_, at) in cluster.World.EvaluationsOf(target).Where(e => e.At >= since))
            {
                if (last != 0 && Stopwatch.GetElapsedTime(last, at) is var gap && gap > longest) longest = gap;
                last = at;
            }
        }

        return longest;
    }
}
