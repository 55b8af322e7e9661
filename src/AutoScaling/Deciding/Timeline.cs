namespace AutoScaling.Deciding;

/// <summary>
/// A persistent list of numbers with times, newest first: adding one makes a new head and shares the rest, so that a history costs one
/// small object per evaluation.
/// </summary>
internal sealed class Timeline : IEquatable<Timeline>
{
    private const int CauseBits = 2;

    // Length and cause in one number: an entry is not larger for its cause.
    private readonly int _lengthAndCause;

    private Timeline(long at, int value, Timeline? older, ScaleCause cause = ScaleCause.Metrics)
    {
        At = at;
        Value = value;
        Older = older;
        _lengthAndCause = (((older?.Length ?? 0) + 1) << CauseBits) | (int)cause;
    }

    /// <summary>UTC ticks.</summary>
    public long At { get; }

    public int Value { get; }

    public Timeline? Older { get; }

    public int Length => _lengthAndCause >> CauseBits;

    /// <summary>
    /// Whether it is worth a look at what may be trimmed: it is long, and has not been looked at for some entries. A list grows by one.
    /// </summary>
    public bool IsLong => Length >= 16 && Length % 8 == 0;

    /// <summary>Why, where the value is a change.</summary>
    public ScaleCause Cause => (ScaleCause)(_lengthAndCause & ((1 << CauseBits) - 1));

    public static Timeline Add(Timeline? list, long at, int value, ScaleCause cause = ScaleCause.Metrics) => new(at, value, list, cause);

    /// <summary>
    /// Adds to a list of which only the largest values within any time up to now matter: older ones that are not larger never count again
    /// and are dropped (the monotonic stack of sliding-window maxima).
    /// </summary>
    public static Timeline AddToHighs(Timeline? list, long at, int value)
    {
        while (list is not null && list.Value <= value) list = list.Older;
        return new(at, value, list);
    }

    /// <summary>As <see cref="AddToHighs"/>, for the smallest values.</summary>
    /// <param name="list">The list.</param>
    /// <param name="at">UTC ticks.</param>
    /// <param name="value">The value.</param>
    /// <param name="highs">The largest values, to which one was just added: while nothing changes, one entry is both lists.</param>
    public static Timeline AddToLows(Timeline? list, long at, int value, Timeline? highs = null)
    {
        while (list is not null && list.Value >= value) list = list.Older;
        return list is null && highs is { Older: null } && highs.At == at && highs.Value == value ? highs : new(at, value, list);
    }

    /// <summary>
    /// Drops what is not after <paramref name="cutoff"/>. Done only when at least half of a list of some length is old, so that it costs
    /// little on average.
    /// </summary>
    public static Timeline? Trim(Timeline? list, long cutoff)
    {
        if (list?.IsLong != true) return list;
        var live = 0;
        for (var node = list; node is not null && node.At > cutoff; node = node.Older) live++;
        return live * 2 > list.Length ? list : Copy(list, live, null, list.At);
    }

    /// <summary>The newest of a list, at most so many.</summary>
    public static Timeline Newest(Timeline list, int most) => list.Length <= most ? list : Copy(list, most, null, list.At)!;

    /// <summary>Moves what is after <paramref name="now"/> to it.</summary>
    public static Timeline? NotAfter(Timeline? list, long now)
    {
        var late = 0;
        var rest = list;
        for (; rest is not null && rest.At > now; rest = rest.Older) late++;
        return Copy(list, late, rest, now);
    }

    public bool Equals(Timeline? other)
    {
        var mine = this;
        for (; mine is not null && other is not null && !ReferenceEquals(mine, other); mine = mine.Older, other = other.Older)
        {
            if (mine.At != other.At || mine.Value != other.Value || mine._lengthAndCause != other._lengthAndCause) return false;
        }

        return ReferenceEquals(mine, other);
    }

    public override bool Equals(object? obj) => Equals(obj as Timeline);

    // The newest entry is enough to tell nearly all lists apart.
    public override int GetHashCode() => HashCode.Combine(At, Value, _lengthAndCause);

    private static Timeline? Copy(Timeline? list, int count, Timeline? onto, long latest)
    {
        var newestFirst = new Timeline[count];
        for (var i = 0; i < count; i++, list = list!.Older) newestFirst[i] = list!;
        for (var i = count - 1; i >= 0; i--)
            onto = new(Math.Min(newestFirst[i].At, latest), newestFirst[i].Value, onto, newestFirst[i].Cause);
        return onto;
    }
}
