namespace AutoScaling.Tests;

/// <summary>Measures what code allocates on its own thread.</summary>
internal static class Allocations
{
    /// <summary>The bytes of the thriftiest of some runs: what a run must allocate shows in every one, what the runtime does on the side does not.</summary>
    public static long Least(Action run)
    {
        run(); // What the first one makes room for stays.
        var least = long.MaxValue;
        for (var i = 0; i < 10 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
