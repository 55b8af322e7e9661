namespace AutoScaling.Metrics.Meters;

/// <summary>
/// The last stretch of time as a ring of equal slots, so that old values leave a slot at a time. Times are timestamps of a
/// <see cref="TimeProvider"/>.
/// </summary>
internal struct WindowRing
{
    public const int Slots = 12;

    private readonly long _start;
    private readonly long _width;
    private long _newest;

    /// <param name="start">When values began to be recorded.</param>
    /// <param name="length">How much time the ring covers at most; at least eleven twelfths of it, once it is full.</param>
    public WindowRing(long start, long length)
    {
        _start = start;
        _width = Math.Max(1, length / Slots);
        _newest = start / _width;
    }

    /// <summary>The slot of the time last moved to.</summary>
    public readonly int Current => (int)(_newest % Slots);

    /// <summary>Since when the slots hold all values.</summary>
    public readonly long Since => Math.Max(_start, (_newest - Slots + 1) * _width);

    /// <summary>Makes the slot of this time the current one; a time that is already past changes nothing.</summary>
    /// <returns>How many slots, from the current one backwards, were entered anew and have to be cleared.</returns>
    public int MoveTo(long now)
    {
        var slot = now / _width;
        if (slot <= _newest) return 0;
        var entered = (int)Math.Min(slot - _newest, Slots);
        _newest = slot;
        return entered;
    }

    /// <summary>The slot that lies some slots before the current one.</summary>
    public readonly int Before(int slots) => (Current - slots + Slots) % Slots;
}
