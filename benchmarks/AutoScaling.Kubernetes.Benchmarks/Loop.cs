using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The loop as it runs in production, in a process of its own: told what to do by its input, and telling by its output what it does.</summary>
/// <remarks>Input: <c>memory</c> asks for the size of the heap, the end of the input stops the loop. Output: <c>round N FAILED</c> after as many evaluations as there are targets, <c>scaled NAME FROM TO OUTCOME TICKS</c>, <c>memory BYTES</c>.</remarks>
internal static class Loop
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var (count, options) = (int.Parse(args[0], CultureInfo.InvariantCulture), args[1..]);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(c => c.TimestampFormat = "HH:mm:ss ").Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(c => c.LogToStandardErrorThreshold = LogLevel.Trace));
        var scaling = builder.Services.AddAutoScaling(o => (o.Interval, o.StartJitter) = (FleetSettings.Interval, FleetSettings.Spread))
            .UseKubernetes(k =>
            {
                k.Events = options.Contains("--events") || options.Contains("--shipped");
                k.RequestsPerSecond = FleetSettings.RequestsPerSecond;
                k.MaxListAge = FleetSettings.MaxListAge;
            });
        if (options.Contains("--shipped")) scaling.UseLeaderElection().SaveStateToKubernetes();
        var behavior = ScalingBehavior.Kubernetes;
        if (options.Contains("--soak")) behavior = behavior with { ScaleDown = behavior.ScaleDown with { StabilizationWindow = SoakSettings.DownWindow } };
        ImmutableArray<ScalingRule> rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = FleetSettings.Target }];
        for (var i = 0; i < count; i++) scaling.AddPolicy(new ScalingPolicy { Target = $"app-{i}", Range = new(1, FleetSettings.Max), Rules = rules, Behavior = behavior });
        var tell = options.Contains("--soak");
        var (evaluated, failed) = (0, 0);
        scaling.OnEvaluated(record =>
        {
            if (tell && record.Decision is { } d && d.From != d.To)
                Tell($"scaled {record.Target} {d.From} {d.To} {record.Outcome.Kind} {record.At.UtcTicks}");
            if (record.Error is not null) Interlocked.Increment(ref failed);
            var all = Interlocked.Increment(ref evaluated);
            if (all % count == 0) Tell($"round {all / count} {Interlocked.Exchange(ref failed, 0)}");
        });

        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line != "memory") continue;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Tell($"memory {GC.GetTotalMemory(forceFullCollection: true)}");
        }

        await host.StopAsync(CancellationToken.None);
        return 0;
    }

    private static void Tell(FormattableString line) => Console.Out.WriteLine(FormattableString.Invariant(line));
}
