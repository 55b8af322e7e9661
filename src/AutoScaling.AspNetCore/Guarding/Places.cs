namespace AutoScaling.AspNetCore.Guarding;

/// <summary>How many may follow live at once.</summary>
internal sealed class Places(int most)
{
    private int _taken;

    /// <summary>Takes a place; <see langword="false"/> if there is none.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most) return true;
        Leave();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _taken);
}
