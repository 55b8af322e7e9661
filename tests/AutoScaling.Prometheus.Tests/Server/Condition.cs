namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>Waits for something that other programs do in their own time.</summary>
internal static class Condition
{
    /// <summary>Asks again and again until it holds; fails if it does not in time.</summary>
    public static Task HoldsAsync(Func<Task<bool>> condition, TimeSpan patience, string what) => HoldsAsync(condition, patience, () => what);

    /// <summary>Asks again and again until it holds; fails if it does not in time.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> what)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!await condition())
        {
            if (time.GetElapsedTime(began) > patience) Assert.Fail($"It did not come true within {patience}: {what()}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        }
    }
}
