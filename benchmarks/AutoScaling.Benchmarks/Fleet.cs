using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Benchmarks;

/// <summary>The hosted loop over many policies with instant ports, measured as a process: cores and memory.</summary>
internal static class Fleet
{
    private const int Max = 20;

    /// <summary>A rule that asks for any count, and recommendations that count for a while each way.</summary>
    private static readonly ScalingPolicy Windows = new()
    {
        Target = "any",
        Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 60 }],
        Behavior = new()
        {
            ScaleUp = new() { StabilizationWindow = TimeSpan.FromMinutes(1) },
            ScaleDown = new() { StabilizationWindow = TimeSpan.FromMinutes(5) },
        },
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var load = args.Length == 4 ? args[3] : "steady";
        if (args.Length is not (3 or 4) || !int.TryParse(args[0], CultureInfo.InvariantCulture, out var policies) || !double.TryParse(args[1], CultureInfo.InvariantCulture, out var interval) || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var seconds)
            || policies < 1 || interval <= 0 || seconds < 1 || load is not ("steady" or "changing" or "windows"))
        {
            await Console.Error.WriteLineAsync("Usage: fleet POLICIES INTERVAL_SECONDS MEASURED_SECONDS [steady | changing | windows], numbers more than 0. Windows: the load changes, and policies have windows both ways.");
            return 1;
        }

        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        var scaling = builder.Services.AddAutoScaling(o => (o.Interval, o.StartJitter) = (TimeSpan.FromSeconds(interval), 1))
            .UseInstantPorts(load == "steady" ? null : new ChangingLoad(policies, Max));
        for (var i = 0; i < policies; i++)
        {
            if (load == "windows") scaling.AddPolicy($"service-{i}", p => p with { Range = new(1, Max), Rules = Windows.Rules, Behavior = Windows.Behavior });
            else scaling.AddPolicy($"service-{i}", max: Max);
        }

        using var host = builder.Build();
        await host.StartAsync();

        // The first round spreads the targets over the interval and lets the runtime compile what is hot.
        await Task.Delay(TimeSpan.FromSeconds(interval + 5));
        using var process = Process.GetCurrentProcess();
        var (cpu, evaluations, start) = (process.TotalProcessorTime, InstantPorts.Evaluations, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        process.Refresh();
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{policies} policies, one evaluation per {interval} s, {load}: {(InstantPorts.Evaluations - evaluations) / elapsed:0} evaluations/s, {InstantPorts.Scalings} scalings, {(process.TotalProcessorTime - cpu).TotalSeconds / elapsed:0.000} cores, {process.PeakWorkingSet64 / 1e6:0} MB at most, of which {GC.GetTotalMemory(forceFullCollection: true) / 1e6:0} MB are in use"));
        await host.StopAsync();
        return 0;
    }
}
