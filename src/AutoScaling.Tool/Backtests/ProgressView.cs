using System.Globalization;
using AutoScaling.Simulation;
using Spectre.Console;

namespace AutoScaling.Tool.Backtests;

/// <summary>
/// Shows how far backtests are, on the standard error: a bar if someone looks on, and otherwise a line now and then, if it takes long.
/// </summary>
internal static class ProgressView
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    /// <summary>Does the work in the background.</summary>
    /// <param name="all">How many backtests there are in all.</param>
    /// <param name="time">Tells when it is time for a line.</param>
    /// <param name="work">The work, which reports each backtest that is done.</param>
    public static Task<T> ShowAsync<T>(int all, TimeProvider time, Func<IProgress<BacktestProgress>, T> work)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Ansi)
            return Task.Run(() => work(new Lines(Console.Error, all, time)));
        return console.Progress().AutoClear(true).StartAsync(async bars =>
        {
            var bar = bars.AddTask("Backtests", maxValue: all);
            return await Task.Run(() => work(new Bar(bar)));
        });
    }

    private sealed class Bar(ProgressTask bar) : IProgress<BacktestProgress>
    {
        public void Report(BacktestProgress value) => bar.Increment(1);
    }

    private sealed class Lines(TextWriter output, int all, TimeProvider time) : IProgress<BacktestProgress>
    {
        private readonly Lock _lock = new();
        private long _told = time.GetTimestamp();
        private int _done;

        public void Report(BacktestProgress value)
        {
            lock (_lock)
            {
                _done++;
                if (time.GetElapsedTime(_told) < Between) return;
                _told = time.GetTimestamp();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{_done} of {all} backtests are done ({100 * _done / all} %)."));
            }
        }
    }
}
