namespace AutoScaling.Deciding;

/// <summary>
/// The times and counts of a decision. One is made at every evaluation, so it is packed: the time without the padding of its own type, no
/// expected count as -1, and what has few values in the bits of one byte.
/// </summary>
internal struct DecisionNumbers
{
    private const byte CauseBits = 3, HasRecommended = 4, Unguarded = 8;

    private readonly short _offsetMinutes;
    private byte _flags;
    private int _recommended;
    private int _min;
    private int _max;
    private int _unit;
    private int _expected;

    public DecisionNumbers(DateTimeOffset at, int from, int to)
    {
        UtcTicks = at.UtcTicks;
        _offsetMinutes = (short)at.TotalOffsetMinutes;
        _expected = -1;
        From = from;
        To = to;
    }

    public long UtcTicks { get; }

    public readonly DateTimeOffset At =>
        new(UtcTicks + (_offsetMinutes * TimeSpan.TicksPerMinute), new TimeSpan(_offsetMinutes * TimeSpan.TicksPerMinute));

    public int From { get; }

    public int To { get; }

    public ScaleCause Cause
    {
        readonly get => (ScaleCause)(_flags & CauseBits);
        set => _flags = (byte)((_flags & ~CauseBits) | (int)value);
    }

    public int? Recommended
    {
        readonly get => (_flags & HasRecommended) != 0 ? _recommended : null;
        set => (_flags, _recommended) = (With(HasRecommended, value is not null), value ?? 0);
    }

    public ReplicaRange Range
    {
        readonly get => ReplicaRange.Of((_min, _max, _unit));
        set => (_min, _max, _unit) = value.Numbers;
    }

    public int? Expected
    {
        readonly get => _expected < 0 ? null : _expected;
        set => _expected = value ?? -1;
    }

    public bool IsGuarded
    {
        readonly get => (_flags & Unguarded) == 0;
        set => _flags = With(Unguarded, !value);
    }

    /// <summary>Whether all is the same, but for whether the guards were on, which says nothing of the decision.</summary>
    public readonly bool IsSame(in DecisionNumbers other) =>
        (UtcTicks, _offsetMinutes, From, To, Cause) == (other.UtcTicks, other._offsetMinutes, other.From, other.To, other.Cause)
        && (Recommended, Range, Expected) == (other.Recommended, other.Range, other.Expected);

    private readonly byte With(byte flag, bool isSet) => (byte)(isSet ? _flags | flag : _flags & ~flag);
}
