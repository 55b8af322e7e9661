using System.Collections.Immutable;
using AutoScaling.Sample.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Sample.Run;

/// <summary>The .NET host with the autoscaler: this is what using the library looks like.</summary>
internal static class SampleHost
{
    public static readonly ScalingTarget Service = "worker";
    public const string Queue = "queue@app";
    public const string Arrivals = "arrivals@app";

    /// <summary>What a policy gets that does not say: times that fit a minute.</summary>
    public static readonly PolicyDefaults Defaults = new()
    {
        Range = new(1, 6),
        ScaleUpCooldown = TimeSpan.FromSeconds(3),
        ScaleDownCooldown = TimeSpan.FromSeconds(6),
    };

    public static IHost Build(SampleOptions options, Workload? workload, History history, RunFiles files)
    {
        // Paths that a user gives start where the program was started, as in every command.
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = Environment.CurrentDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new FileLog(files.Log));

        var scaling = builder.Services.AddAutoScaling(o => (o.Interval, o.Defaults) = (TimeSpan.FromSeconds(1), Defaults))
            .AddPolicyFile(PolicyFile.Path(options))
            .LogDecisionsTo(files.Decisions)
            .AddObserver(_ => history);

        if (workload is null) scaling.UseSimulation(new() { Variation = 0.8, Period = options.Duration / 2, Seed = (ulong)options.Seed });
        else scaling.UseProcesses(Workers(workload.Dispatcher.Port)).AddMeters("app", DispatcherMetrics());

        return builder.Build();
    }

    private static ProcessSpec Workers(int port)
    {
        // The program itself once more, however it was started: by its own name, or by 'dotnet' with its DLL.
        var (self, dll) = (Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]);
        string[] worker = [Worker.Command, port.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        return new()
        {
            Target = Service,
            FileName = self,
            Arguments = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [dll, .. worker] : [.. worker],
            CpuRequest = Job.CpuRequest,
            MemoryRequest = 100 * 1024 * 1024,
            StartupTime = TimeSpan.FromSeconds(1),
            Grace = TimeSpan.FromSeconds(5),
            Output = ProcessOutput.Log,
        };
    }

    private static ImmutableArray<MeterMetric> DispatcherMetrics() =>
    [
        MeterMetric.Gauge("queue", Dispatcher.MeterName, Dispatcher.QueueInstrument),
        MeterMetric.Rate("arrivals", Dispatcher.MeterName, Dispatcher.ArrivalInstrument) with { Window = TimeSpan.FromSeconds(4) },
    ];
}
