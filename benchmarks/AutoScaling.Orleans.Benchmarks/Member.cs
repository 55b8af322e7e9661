using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>
/// One silo, or a host that is alone. To each line, which is a time, it answers how many evaluations it has made, and which targets it has
/// evaluated since then; to an empty one, how many targets the status has, and the milliseconds of processor time that it took.
/// </summary>
internal static class Member
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <param name="args">What it is, how many targets there are, where Redis is, and the ports of a silo.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (kind, targets, redis) = (Enum.Parse<MemberKind>(args[0]), int.Parse(args[1], CultureInfo.InvariantCulture), args[2]);
        var evaluatedAt = new long[targets];
        long evaluations = 0;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var scaling = builder.Services.AddAutoScaling(o => o.Interval = Interval).OnEvaluated(record =>
        {
            if (record.Decision is null) return;
            Volatile.Write(ref evaluatedAt[World.Number(record.Target)], Stopwatch.GetTimestamp());
            Interlocked.Increment(ref evaluations);
        });
        if (kind == MemberKind.World)
        {
            var world = new World((await ConnectionMultiplexer.ConnectAsync(redis)).GetDatabase());
            scaling.UseScaler(_ => world).UseMetrics(_ => world);
        }
        else
        {
            scaling.UseScaler(_ => new Instant()).UseMetrics(_ => new Instant());
        }

        // In the world each is to be scaled once: who scales twice has forgotten it.
        var behavior = kind == MemberKind.World
            ? ScalingBehavior.Default with { ScaleUp = new() { Cooldown = TimeSpan.FromDays(1) } }
            : ScalingBehavior.Default;
        for (var i = 0; i < targets; i++)
            scaling.AddPolicy(new ScalingPolicy { Target = World.Name(i), Rules = [new ThresholdRule { CpuTarget = 60 }], Behavior = behavior });
        if (kind != MemberKind.Alone)
        {
            builder.UseOrleans(silo => silo
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("benchmark", "autoscaling"))
                .ConfigureEndpoints(IPAddress.Loopback, int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture))
                .Configure<ClusterMembershipOptions>(o =>
                {
                    o.ProbeTimeout = o.MinProbeTimeout = o.MaxProbeTimeout = TimeSpan.FromSeconds(1);
                    o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                })
                .UseRedisClustering(redis)
                .AddRedisGrainStorage("AutoScaling", o => o.ConfigurationOptions = ConfigurationOptions.Parse(redis))
                .AddAutoScaling());
        }

        using var host = builder.Build();
        await host.StartAsync();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                var known = host.Services.GetRequiredService<IAutoScaler>().GetStatus().Targets.Length;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{known} {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:0}"));
                continue;
            }

            var since = long.Parse(line, CultureInfo.InvariantCulture);
            var seen = string.Create(targets, evaluatedAt, (text, at) =>
            {
                for (var i = 0; i < text.Length; i++) text[i] = Volatile.Read(ref at[i]) > since ? '1' : '0';
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Read(ref evaluations)} {seen}"));
        }

        return 0;
    }

    private sealed class Instant : IScaler, IMetricsProvider
    {
        public ValueTask<ReplicaStatus> GetReplicasAsync(ScalingTarget target, CancellationToken cancellationToken) =>
            new(new ReplicaStatus { Desired = 4, Ready = 4 });

        public ValueTask<ScaleOutcome> ScaleAsync(ScalingTarget target, int from, int to, CancellationToken cancellationToken) =>
            new(ScaleOutcome.Applied);

        public ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken) =>
            new(ServiceMetrics.Of(TimeProvider.System.GetUtcNow(), 60));
    }
}
