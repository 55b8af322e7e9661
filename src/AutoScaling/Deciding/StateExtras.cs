namespace AutoScaling.Deciding;

/// <summary>What few states hold, beside the state itself, so that nearly all are small.</summary>
internal sealed record StateExtras
{
    private StateExtras()
    {
    }

    public ScalingIntent? Intent { get; private init; }

    public RuleMemories? Memories { get; private init; }

    /// <summary>What there is; <see langword="null"/> if there is nothing.</summary>
    public static StateExtras? Of(ScalingIntent? intent, RuleMemories? memories, StateExtras? before) =>
        intent is null && memories is null ? null
        : before is not null && before.Intent == intent && ReferenceEquals(before.Memories, memories) ? before
        : new() { Intent = intent, Memories = memories };
}
