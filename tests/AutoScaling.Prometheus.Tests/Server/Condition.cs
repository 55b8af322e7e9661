namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>Waits for something that other programs do in their own time.</summary>
internal static class Condition
{
    /// <summary>Asks again and again until it holds; fails if it does not in time.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan patience, string what)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!await condition())
        {
            Assert.True(time.GetElapsedTime(began) < patience, $"It did not come true within {patience}: {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        }
    }
}
