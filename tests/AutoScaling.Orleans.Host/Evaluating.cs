namespace AutoScaling.Orleans.Host;

/// <summary>Has those of some targets evaluated that are this silo's.</summary>
internal static class Evaluating
{
    public static Task OwnAsync(IServiceProvider services, IEnumerable<int> targets)
    {
        // The silo's own, which evaluates nothing of others; a host that is alone has only one.
        var own = services.GetKeyedService<IAutoScaler>("AutoScaling.Orleans.Local") ?? services.GetRequiredService<IAutoScaler>();
        return Parallel.ForEachAsync(targets, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (target, stop) =>
        {
            try
            {
                await own.EvaluateAsync($"t{target}", stop);
            }
            catch (ScalingException)
            {
                // It is another silo's.
            }
        });
    }
}
