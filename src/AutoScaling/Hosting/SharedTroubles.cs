namespace AutoScaling.Hosting;

/// <summary>What is wrong now with what all targets share.</summary>
internal sealed class SharedTroubles(Observers observers, IStateKeeper keeper)
{
    /// <summary>What is wrong with the saved states; <see langword="null"/> if nothing is.</summary>
    public string? OfState => keeper.Trouble;

    /// <summary>One sentence each.</summary>
    public IEnumerable<string> All => OfState is { } trouble ? [trouble, .. observers.Troubles] : observers.Troubles;
}
