namespace AutoScaling.Deciding;

/// <summary>
/// When somebody else has set the count back, the last times: whoever does so again and again, as a manifest that sets <c>replicas</c>
/// does, is in a war with the policy, of which somebody must be told.
/// </summary>
internal sealed record SetBacks
{
    /// <summary>So many times within <see cref="Window"/> are no accident.</summary>
    public const int Many = 3;

    /// <summary>How long one is remembered, and how long nothing is told again.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>The last <see cref="Many"/> times with the counts that were found, newest first.</summary>
    public required Timeline Times { get; init; }

    /// <summary>When it was told last; <see langword="null"/> if it was not.</summary>
    public long? ToldAt { get; init; }

    /// <summary>The set-backs up to a time, with what is found then.</summary>
    /// <param name="before">Those before; <see langword="null"/> if there were none.</param>
    /// <param name="found">The count that is found.</param>
    /// <param name="missed">The count that was written last, if another is found.</param>
    /// <param name="change">The last change of our own; 0 if it is not known.</param>
    /// <param name="now">The time.</param>
    /// <returns><see langword="null"/> if there are none, or none any longer.</returns>
    public static SetBacks? After(SetBacks? before, int found, int? missed, int change, long now)
    {
        if (before is not null && now - before.Times.At >= Window.Ticks) before = null;

        // What somebody takes away, or gives back after we have taken it away, undoes what we did; more than we wanted does not.
        if (missed is not { } written || (found > written && change >= 0)) return before;
        var after = new SetBacks
        {
            Times = Timeline.Newest(Timeline.Add(before?.Times, now, found), Many),
            ToldAt = before?.ToldAt,
        };
        return after.Since(now) is not null && !(now - after.ToldAt < Window.Ticks) ? after with { ToldAt = now } : after;
    }

    /// <summary>Since when the count was set back many times; <see langword="null"/> if it was not within the window.</summary>
    public long? Since(long now)
    {
        if (Times.Length < Many) return null;
        var first = Times;
        while (first.Older is { } older) first = older;
        return now - first.At < Window.Ticks ? first.At : null;
    }

    /// <summary>What seems to lie in the future happened just now.</summary>
    public SetBacks NotAfter(long now) => new() { Times = Timeline.NotAfter(Times, now)!, ToldAt = ToldAt > now ? now : ToldAt };
}
