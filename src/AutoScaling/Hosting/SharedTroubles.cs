namespace AutoScaling.Hosting;

/// <summary>What is wrong now with what all targets share.</summary>
internal sealed class SharedTroubles(Observers observers, StateKeeper keeper)
{
    /// <summary>One sentence each.</summary>
    public IEnumerable<string> All => keeper.Trouble is { } trouble ? [trouble, .. observers.Troubles] : observers.Troubles;
}
