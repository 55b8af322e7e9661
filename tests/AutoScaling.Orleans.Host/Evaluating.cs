namespace AutoScaling.Orleans.Host;

/// <summary>Has every target of the cluster evaluated once, from this silo.</summary>
internal static class Evaluating
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task AllAsync(IAutoScaler autoScaler, int targets)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 64 };
        await Parallel.ForEachAsync(Enumerable.Range(0, targets), options, async (i, stop) =>
        {
            while (!await IsEvaluatedAsync(autoScaler, $"t{i}", stop)) await Task.Delay(Pause, TimeProvider.System, stop);
        });
    }

    private static async Task<bool> IsEvaluatedAsync(IAutoScaler autoScaler, ScalingTarget target, CancellationToken stop)
    {
        try
        {
            return await autoScaler.EvaluateAsync(target, stop) is { Decision: not null };
        }
        catch (ScalingException)
        {
            return false; // Its bucket is on its way to another silo.
        }
    }
}
