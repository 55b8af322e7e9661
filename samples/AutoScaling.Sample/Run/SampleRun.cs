using System.Runtime.CompilerServices;
using AutoScaling.Sample.Load;
using AutoScaling.Sample.Output;
using AutoScaling.Tool.Input;
using Microsoft.Extensions.DependencyInjection;

namespace AutoScaling.Sample.Run;

/// <summary>A run from beginning to end.</summary>
internal static class SampleRun
{
    /// <summary>The highest load, in jobs per second: some ten times what the workers can do.</summary>
    public const double MostLoad = 1000;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(SampleOptions options)
    {
        var time = TimeProvider.System;
        using var signals = new StopSignals();
        var load = options.Simulated ? null : LoadOf(options);
        PolicyFile.Check(options);
        var files = new RunFiles(options.Output);

        // In this order, so that the workers, which the host stops when it is disposed, can hand in their last jobs.
        await using var workload = load is null ? null : new Workload(load, options, time);
        var history = new History(workload, time);
        using (var host = SampleHost.Build(options, workload, history, files))
        {
            await host.StartAsync(CancellationToken.None);
            workload?.Start();
            history.Start();
            var view = View.ForThisTerminal(options, history, host.Services.GetRequiredService<IAutoScaler>(), load);
            await view.ShowAsync(Watch(options.Duration, history, time, signals.Token));
            if (workload is not null) await workload.StopAsync();
            await host.StopAsync(CancellationToken.None);
        }

        history.Add();
        RunPlot.Save(files.Plot, options, history, load);
        Summary.Print(Console.Out, options, history, workload, files);
        return signals.ExitCode;
    }

    /// <summary>Takes a sample every second until the run is over; each element says that there is something new to show.</summary>
    private static async IAsyncEnumerable<TimeSpan> Watch(TimeSpan duration, History history, TimeProvider time, [EnumeratorCancellation] CancellationToken stop)
    {
        using var timer = new PeriodicTimer(SampleInterval, time);
        while (!stop.IsCancellationRequested && history.Elapsed < duration)
        {
            history.Add();
            yield return history.Elapsed;
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                // Somebody wants it to end.
            }
        }
    }

    private static ILoad LoadOf(SampleOptions options)
    {
        if (options.LoadFile is not { } file) return new LoadProfile(options.Duration, options.Peak ?? LoadProfile.DefaultPeak);
        var trace = LoadPlayer.Read(file, options.SpeedUp ?? 1);
        if (options.Peak is { } peak) return trace.WithPeak(peak, options.Duration);
        var highest = trace.PeakWithin(options.Duration);
        return highest <= MostLoad
            ? trace
            : throw new CommandException(FormattableString.Invariant($"Load trace '{file}' has up to {highest:0.#} jobs per second, but this sample is made for at most {MostLoad}: add --peak 60 to scale it down."));
    }
}
