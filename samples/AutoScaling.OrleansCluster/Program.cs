using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

// Two silos share out 200 targets. Started without arguments it starts redis-server and both silos as processes of their own, and tells their
// numbers: kill one by `kill -9`, and watch the other one go on with its targets within seconds. Ctrl-C ends all. The services are made up.
if (args is not [var name, var redis, var port, var gateway]) return await Starter.RunAsync();

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Orleans", LogLevel.None).AddFilter("Polly", LogLevel.None);
var mine = 0;
var scaling = builder.Services.AddAutoScaling(o => o.Interval = TimeSpan.FromSeconds(2)).UseSimulation()
    .OnEvaluated(_ => Interlocked.Increment(ref mine));
for (var i = 0; i < 200; i++) scaling.AddPolicy(string.Create(CultureInfo.InvariantCulture, $"service-{i}"));
builder.UseOrleans(silo => silo
    .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("sample", "autoscaling"))
    .ConfigureEndpoints(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(gateway, CultureInfo.InvariantCulture))
    .Configure<ClusterMembershipOptions>(o => o.ProbeTimeout = o.MinProbeTimeout = o.MaxProbeTimeout = TimeSpan.FromSeconds(1))
    .UseRedisClustering(redis)
    .AddRedisGrainStorage("AutoScaling", o => o.ConfigurationOptions = ConfigurationOptions.Parse(redis))
    .AddAutoScaling());
using var host = builder.Build();
await host.StartAsync();
using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), TimeProvider.System);
var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
while (!lifetime.ApplicationStopping.IsCancellationRequested && await timer.WaitForNextTickAsync())
    Console.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {name} evaluated {Interlocked.Exchange(ref mine, 0)} of 200 targets in 2 s");
await host.StopAsync();
return 0;

/// <summary>Starts the storage and two silos.</summary>
internal static class Starter
{
    public static async Task<int> RunAsync()
    {
        const string Server = "/usr/bin/redis-server";
        if (!File.Exists(Server))
        {
            await Console.Error.WriteLineAsync("This sample needs redis-server: apt-get install redis-server.");
            return 1;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        using var redis = Process.Start(new ProcessStartInfo(Server, ["--port", "16379", "--bind", "127.0.0.1", "--save", "", "--dir", Path.GetTempPath()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        _ = redis.StandardOutput.ReadToEndAsync();
        var silos = Enumerable.Range(1, 2).Select(Start).ToList();
        foreach (var (silo, i) in silos.Select((silo, i) => (silo, i)))
            Console.WriteLine($"silo{i + 1} is process {silo.Id}: kill -9 {silo.Id} to lose it, and watch the other one.");
        try
        {
            await Task.WhenAll(silos.Select(silo => silo.WaitForExitAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }

        foreach (var process in silos.Append(redis).Where(process => !process.HasExited)) process.Kill();
        foreach (var silo in silos) silo.Dispose();
        return 0;
    }

    private static Process Start(int number)
    {
        string[] arguments =
        [
            $"silo{number}",
            "127.0.0.1:16379,abortConnect=false",
            (11110 + number).ToString(CultureInfo.InvariantCulture),
            (30000 + number).ToString(CultureInfo.InvariantCulture),
        ];
        var program = Path.Combine(AppContext.BaseDirectory, "AutoScaling.OrleansCluster.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]))!;
    }
}
