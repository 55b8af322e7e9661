namespace AutoScaling.Deciding;

/// <summary>
/// A persistent list of numbers with times, newest first: adding one makes a new head and shares the rest, so that a history costs one small object per evaluation.
/// </summary>
internal sealed class Timeline
{
    private Timeline(long at, int value, Timeline? older)
    {
        At = at;
        Value = value;
        Older = older;
        Length = (older?.Length ?? 0) + 1;
    }

    /// <summary>UTC ticks.</summary>
    public long At { get; }

    public int Value { get; }

    public Timeline? Older { get; }

    public int Length { get; }

    public static Timeline Add(Timeline? list, long at, int value) => new(at, value, list);

    /// <summary>
    /// Adds to a list of which only the largest values within any time up to now matter: older ones that are not larger never count again and are dropped
    /// (the monotonic stack of sliding-window maxima).
    /// </summary>
    public static Timeline AddToHighs(Timeline? list, long at, int value)
    {
        while (list is not null && list.Value <= value) list = list.Older;
        return new(at, value, list);
    }

    /// <summary>As <see cref="AddToHighs"/>, for the smallest values.</summary>
    public static Timeline AddToLows(Timeline? list, long at, int value)
    {
        while (list is not null && list.Value >= value) list = list.Older;
        return new(at, value, list);
    }

    /// <summary>
    /// Drops what is not after <paramref name="cutoff"/>. Done only when at least half of a list of some length is old, so that it costs little on average.
    /// </summary>
    public static Timeline? Trim(Timeline? list, long cutoff)
    {
        if (list is null || list.Length < 16) return list;
        var live = 0;
        for (var node = list; node is not null && node.At > cutoff; node = node.Older) live++;
        return live * 2 > list.Length ? list : Copy(list, live, null, list.At);
    }

    /// <summary>Moves what is after <paramref name="now"/> to it.</summary>
    public static Timeline? NotAfter(Timeline? list, long now)
    {
        var late = 0;
        var rest = list;
        for (; rest is not null && rest.At > now; rest = rest.Older) late++;
        return Copy(list, late, rest, now);
    }

    private static Timeline? Copy(Timeline? list, int count, Timeline? onto, long latest)
    {
        var newestFirst = new Timeline[count];
        for (var i = 0; i < count; i++, list = list!.Older) newestFirst[i] = list!;
        for (var i = count - 1; i >= 0; i--) onto = new(Math.Min(newestFirst[i].At, latest), newestFirst[i].Value, onto);
        return onto;
    }
}
