using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Benchmarks;

/// <summary>The hosted loop over many policies with instant ports, measured as a process: cores and memory.</summary>
internal static class Fleet
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length != 3 || !int.TryParse(args[0], CultureInfo.InvariantCulture, out var policies) || !double.TryParse(args[1], CultureInfo.InvariantCulture, out var interval) || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var seconds)
            || policies < 1 || interval <= 0 || seconds < 1)
        {
            await Console.Error.WriteLineAsync("Usage: fleet POLICIES INTERVAL_SECONDS MEASURED_SECONDS, all more than 0.");
            return 1;
        }

        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        var scaling = builder.Services.AddAutoScaling(o => (o.Interval, o.StartJitter) = (TimeSpan.FromSeconds(interval), 1)).UseInstantPorts();
        for (var i = 0; i < policies; i++) scaling.AddPolicy($"service-{i}", max: 20);
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
            $"{policies} policies, one evaluation per {interval} s: {(InstantPorts.Evaluations - evaluations) / elapsed:0} evaluations/s, {(process.TotalProcessorTime - cpu).TotalSeconds / elapsed:0.000} cores, {process.PeakWorkingSet64 / 1e6:0} MB at most"));
        await host.StopAsync();
        return 0;
    }
}
