using AutoScaling.Sample.Work;

namespace AutoScaling.Sample.Load;

/// <summary>Makes jobs of a load: they arrive by chance (a Poisson process), and are of different sizes; the same seed gives the same jobs.</summary>
internal static class Arrivals
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>The jobs that arrive during a run, in order.</summary>
    public static IEnumerable<Job> Of(ILoad load, TimeSpan duration, int seed)
    {
        // Chance from a seed, so that a run can be repeated; nothing here is secret.
#pragma warning disable CA5394
        var chance = new Random(seed);
        double Gap() => -Math.Log(1 - chance.NextDouble());
        TimeSpan Around(TimeSpan mean) => mean * (0.5 + chance.NextDouble());
#pragma warning restore CA5394

        // The expected number of arrivals grows with the load; there is one whenever it has grown by an exponentially distributed gap.
        double expected = 0, next = Gap();
        var id = 0L;
        for (var at = TimeSpan.Zero; at < duration; at += Step)
        {
            for (expected += load.At(at) * Step.TotalSeconds; expected >= next; next += Gap())
                yield return new(++id, at, Around(Job.MeanCpu), Around(Job.MeanPause));
        }
    }
}
