using System.Diagnostics;

namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>Waits for what other processes do.</summary>
internal static class Waiting
{
    /// <summary>For what takes a second, on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until something holds.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> UntilAsync(Func<bool> holds, TimeSpan longest, string what)
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Pause, TimeProvider.System);
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < longest, $"Not within {longest.TotalSeconds:0} s: {what}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Lets others go on for a while.</summary>
    public static Task ForAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);
}
