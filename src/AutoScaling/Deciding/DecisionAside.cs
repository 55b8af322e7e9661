namespace AutoScaling.Deciding;

/// <summary>What few decisions hold, beside the decision itself, so that nearly all are small.</summary>
internal sealed record DecisionAside
{
    private DecisionAside()
    {
    }

    public RuleMemories? Memories { get; private init; }

    public Headroom? Headroom { get; private init; }

    /// <summary>What there is; <see langword="null"/> if there is nothing.</summary>
    public static DecisionAside? Of(RuleMemories? memories, Headroom? headroom) =>
        memories is null && headroom is null ? null : new() { Memories = memories, Headroom = headroom };
}
