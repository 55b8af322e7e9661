using System.Net.Http.Json;
using AutoScaling.Orleans.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace AutoScaling.Orleans.Tests.Promises;

/// <summary>Whoever asks or steers reaches every target from every silo, and from a client.</summary>
[Collection(Cluster.OneAtATime)]
public sealed class ReachTests
{
    private const int Targets = 60;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AutoScaler_FromAnySiloAndAClient_ReachesAllTargets()
    {
        var redis = new RedisServer();
        await using var cluster = new Cluster(redis, Targets, interval: 2, "--reminders", "1", "--probe", "3");
        var silos = await cluster.StartAsync(2);
        using var one = new HttpClient { BaseAddress = new($"http://127.0.0.1:{silos[0].Http}/") };
        using var other = new HttpClient { BaseAddress = new($"http://127.0.0.1:{silos[1].Http}/") };
        using var client = await ClientAsync(redis, cluster.Id);
        var autoScaler = client.Services.GetRequiredService<IAutoScaler>();

        // Targets of both silos: what is said through one of them is seen through the other, and through the client.
        ScalingTarget[] some = [.. silos.Select(s => $"t{cluster.All.First(t => cluster.World.EvaluationsOf(t)[^1].Silo == s.Name)}")];
        foreach (var target in some)
        {
            await PostAsync(one, "pause", new { target = target.Name, reason = "deploy" });
            Assert.Contains("deploy", await other.GetStringAsync($"autoscaling/target?name={target}", Stop), StringComparison.Ordinal);
            Assert.Equal("deploy", autoScaler.GetStatus(target).Override?.Reason);

            await autoScaler.ResumeAsync(target, Stop);
            Assert.Null(autoScaler.GetStatus(target).Override);

            await PostAsync(other, "hold", new { target = target.Name, replicas = 7 });
            var held = int.Parse(target.Name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            await Waiting.UntilAsync(() => cluster.World.ReplicasOf(held) == 7, Waiting.Patience, "it is held at 7");
            await autoScaler.ResumeAsync(target, Stop);
            Assert.Equal(ScaleOutcomeKind.Applied, (await autoScaler.ScaleAsync(target, 3, "by hand", cancellationToken: Stop)).Kind);
            Assert.Equal(3, cluster.World.ReplicasOf(held));
            Assert.Contains(autoScaler.GetRecent(target), r => r is { IsManual: true, Decision.To: 3 });
            Assert.Contains("by hand", await one.GetStringAsync($"autoscaling/decisions?name={target}", Stop), StringComparison.Ordinal);

            autoScaler.Disable(target.Name);
            Assert.False(autoScaler.GetStatus(target).Enabled);
        }

        var error = await Assert.ThrowsAsync<ScalingException>(() => autoScaler.ScaleAsync(some[0], 1000, cancellationToken: Stop));
        Assert.Equal(ScalingErrorKind.InvalidConfiguration, error.Kind);
        Assert.Equal("There is no policy for 'nobody'.", Assert.Throws<ScalingException>(() => autoScaler.GetStatus("nobody")).Message);
        var status = autoScaler.GetStatus();
        Assert.Equal(Targets, status.Targets.Length);
        Assert.Empty(status.Troubles);
        Assert.Equal("Healthy", await one.GetStringAsync("health", Stop));
        Assert.Contains(some[1].Name, await one.GetStringAsync("autoscaling/view", Stop), StringComparison.Ordinal);

        // Of all silos what is kept and what comes, each once.
        var watched = new Dictionary<ScalingTarget, HashSet<DateTimeOffset>>();
        await foreach (var record in autoScaler.WatchAsync(cancellationToken: Stop))
        {
            if (!watched.TryGetValue(record.Target, out var seen)) watched[record.Target] = seen = [];
            Assert.True(seen.Add(record.At), $"It comes twice: {record.Explain()}");
            if (watched.Count == Targets && watched.All(t => t.Value.Count > 1 || some.Contains(t.Key))) break;
        }

        // Each bucket has its last resort.
        await using var stored = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var reminders = stored.GetServers()[0].Keys(pattern: "*eminders*").ToArray();
        Assert.Equal(256, await stored.GetDatabase().SortedSetLengthAsync(Assert.Single(reminders)));

        // What was said outlives the silo that it was said to.
        await silos[1].KillAsync();
        await Waiting.UntilAsync(() => Array.TrueForAll(some, t => IsDisabled(autoScaler, t)), Waiting.Patience, "they are still disabled");
    }

    private static bool IsDisabled(IAutoScaler autoScaler, ScalingTarget target)
    {
        try
        {
            return autoScaler.TryGetStatus(target, out var status) && !status.Enabled;
        }
        catch (ScalingException)
        {
            return false; // Its silo is lost, and not yet given up.
        }
    }

    private static async Task PostAsync(HttpClient client, string what, object body)
    {
        using var answer = await client.PostAsJsonAsync($"autoscaling/{what}", body, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<IHost> ClientAsync(RedisServer redis, string cluster)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster, "autoscaling"));
            client.UseRedisClustering(redis.ConnectionString);
            client.AddAutoScaling();
        });
        var host = builder.Build();
        await host.StartAsync(Stop);
        return host;
    }
}
