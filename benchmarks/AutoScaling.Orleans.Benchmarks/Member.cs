using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>
/// One silo, or a host that is alone, whose ports answer at once: what is left is the loop, Orleans and the storage. To each line that it is
/// sent it answers how many evaluations it has made, and of which targets since the line before.
/// </summary>
internal static class Member
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (targets, redis) = (int.Parse(args[0], CultureInfo.InvariantCulture), args[1]);
        var seen = new byte[targets];
        long evaluations = 0;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var scaling = builder.Services.AddAutoScaling(o => (o.Interval, o.StartJitter) = (TimeSpan.FromSeconds(15), args.Length > 2 ? 0.3 : 1))
            .UseScaler(_ => new Instant()).UseMetrics(_ => new Instant())
            .OnEvaluated(record =>
            {
                Volatile.Write(ref seen[int.Parse(record.Target.Name.AsSpan(1), CultureInfo.InvariantCulture)], 1);
                Interlocked.Increment(ref evaluations);
            });
        for (var i = 0; i < targets; i++)
            scaling.AddPolicy(new ScalingPolicy { Target = string.Create(CultureInfo.InvariantCulture, $"t{i}"), Rules = [new ThresholdRule { CpuTarget = 60 }] });
        if (args.Length > 2)
        {
            builder.UseOrleans(silo => silo
                .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("benchmark", "autoscaling"))
                .ConfigureEndpoints(IPAddress.Loopback, int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture))
                .Configure<ClusterMembershipOptions>(o => o.ProbeTimeout = o.MinProbeTimeout = o.MaxProbeTimeout = TimeSpan.FromSeconds(1))
                .UseRedisClustering(redis)
                .AddRedisGrainStorage("AutoScaling", o => o.ConfigurationOptions = ConfigurationOptions.Parse(redis))
                .AddAutoScaling());
        }

        using var host = builder.Build();
        await host.StartAsync();
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Read(ref evaluations)} {Convert.ToHexString(seen)}"));
            Array.Clear(seen);
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
