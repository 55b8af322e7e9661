namespace AutoScaling.Kubernetes.Client;

/// <summary>How long one client waits before it tries a request again. Thread-safe.</summary>
internal sealed class Backoff
{
    private const int MostDoublings = 10;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    private long _waits;

    /// <summary>
    /// The next wait: between half and all of 100 ms, doubled with every try. It is a different share each time, so that requests that
    /// failed together are not tried again together.
    /// </summary>
    /// <param name="attempt">How many tries have failed, from 1.</param>
    public TimeSpan Next(int attempt) =>
        First * (1L << Math.Min(attempt - 1, MostDoublings)) * (1 - (Unit(Interlocked.Increment(ref _waits)) / 2));

    /// <summary>A number from 0 to 1 that looks random. Source: SplitMix64 by Sebastiano Vigna (2015), public domain.</summary>
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
