namespace AutoScaling.Deciding;

/// <summary>What few states hold, beside the state itself, so that nearly all are small.</summary>
internal sealed record StateExtras
{
    private StateExtras()
    {
    }

    public ScalingIntent? Intent { get; private init; }

    public RuleMemories? Memories { get; private init; }

    /// <summary>By how much somebody else has changed the target, newest first. Apart from our own changes, since no rate limit counts them.</summary>
    public Timeline? Foreign { get; private init; }

    /// <summary>Whether something of it seems to lie in the future.</summary>
    public bool IsAfter(long now) => Intent?.At.UtcTicks > now || Foreign?.At > now;

    /// <summary>What there is; <see langword="null"/> if there is nothing.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="memories">The memories.</param>
    /// <param name="foreign">What somebody else changed.</param>
    /// <param name="before">What there was, which is given back if it is the same.</param>
    public static StateExtras? Of(ScalingIntent? intent, RuleMemories? memories, Timeline? foreign, StateExtras? before) =>
        intent is null && memories is null && foreign is null ? null
        : before is not null && before.Intent == intent && ReferenceEquals(before.Memories, memories) && ReferenceEquals(before.Foreign, foreign) ? before
        : new() { Intent = intent, Memories = memories, Foreign = foreign };
}
