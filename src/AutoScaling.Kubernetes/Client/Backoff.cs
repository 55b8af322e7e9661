namespace AutoScaling.Kubernetes;

/// <summary>How long to wait before a request is tried again.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static long _waits;

    /// <summary>100 ms, doubled with every try, of which between half and all is waited, so that many who failed together do not come back together.</summary>
    /// <param name="attempt">How many tries have failed, from 1.</param>
    public static TimeSpan Of(int attempt) => First * (1L << Math.Min(attempt - 1, 10)) * (1 - (Unit(Interlocked.Increment(ref _waits)) / 2));

    /// <summary>A number from 0 to 1 that looks like chance. Source: SplitMix64 by Sebastiano Vigna (2015), public domain.</summary>
    private static double Unit(long number)
    {
        unchecked
        {
            var z = (ulong)number * 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
