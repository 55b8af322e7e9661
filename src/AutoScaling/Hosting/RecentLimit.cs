namespace AutoScaling.Hosting;

/// <summary>
/// How many evaluations each target keeps: fewer where there are many targets, so that a host's memory does not follow both.
/// </summary>
/// <param name="ofEach">The most that one target keeps, at least 1.</param>
/// <param name="inAll">The most that all targets keep together; each keeps its last one, however many there are.</param>
internal sealed class RecentLimit(int ofEach, int inAll)
{
    private int _targets;

    /// <summary>How many targets there are.</summary>
    public int Targets
    {
        get => Volatile.Read(ref _targets);
        set => Volatile.Write(ref _targets, value);
    }

    /// <summary>The most that one target keeps now, at least 1.</summary>
    public int Most => Math.Clamp(inAll / Math.Max(1, Targets), 1, ofEach);
}
