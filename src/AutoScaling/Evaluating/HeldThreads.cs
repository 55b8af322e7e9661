namespace AutoScaling.Evaluating;

/// <summary>
/// The threads that calls of ports hold though nobody waits for them any longer. Each costs memory, so there is an end to them.
/// </summary>
internal sealed class HeldThreads
{
    /// <summary>The most of them.</summary>
    public const int Most = 512;

    private int _count;

    /// <summary>Lets one more be held.</summary>
    /// <returns>Whether it may be.</returns>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _count) <= Most) return true;
        Release();
        return false;
    }

    /// <summary>One has come back.</summary>
    public void Release() => Interlocked.Decrement(ref _count);
}
