using System.Collections.Immutable;

namespace AutoScaling.Deciding;

/// <summary>What the rules of a policy say to one observation, and what they remember from then on.</summary>
internal readonly struct Asked
{
    private Asked(Recommendation[] said, bool isBlind, bool onlyBounds, RuleMemories? memories, bool passesIfLarger) =>
        (Said, IsBlind, OnlyBounds, Memories, PassesIfLarger) = (said, isBlind, onlyBounds, memories, passesIfLarger);

    /// <summary>What each rule says, in the policy's order.</summary>
    public Recommendation[] Said { get; }

    /// <summary>Whether one cannot say.</summary>
    public bool IsBlind { get; }

    /// <summary>Whether all of them only narrow the range.</summary>
    public bool OnlyBounds { get; }

    /// <summary>What they remember; <see langword="null"/> if none does, and none did.</summary>
    public RuleMemories? Memories { get; }

    /// <summary>
    /// Whether a larger need than before may pass the cooldown: the policy wants that, and no rule makes its count of the current one.
    /// </summary>
    public bool PassesIfLarger { get; }

    /// <summary>Asks every rule.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="state">What is remembered of earlier evaluations.</param>
    /// <param name="seen">What the rules look at.</param>
    /// <param name="now">The time of the evaluation.</param>
    public static Asked All(ScalingPolicy policy, ScalingState state, ScalingObservation seen, DateTimeOffset now)
    {
        var context = policy.CreateContext(seen, now);
        var rules = policy.Rules;
        var said = new Recommendation[rules.Length];
        var isSteady = OneStep.IsNeeded(policy);
        var memories = policy.Remembers || isSteady ? ImmutableArray.CreateBuilder<KeyValuePair<string, RuleMemory>>() : null;
        for (var i = 0; i < said.Length; i++)
        {
            var rule = rules[i];
            if (rule.During is { } during && !context.IsOpen(during, out var opens))
            {
                said[i] = new(RecommendationKind.None, RecommendationReason.ScheduleClosed) { Rule = rule.Name, Until = opens };
                if (memories is not null && rule.Remembers && state.Memories?.Find(rule.Name) is { } kept) memories.Add(new(rule.Name, kept));
                continue;
            }

            if (memories is null || !rule.Remembers) said[i] = rule.Recommend(context) with { Rule = rule.Name };
            else said[i] = Remember(rule, context, state.Memories, memories) with { Rule = rule.Name };
        }

        if (policy.Behavior.SafetyGuards) Direction.Judge(policy, context, said);
        if (isSteady) OneStep.Judge(policy, context, state.Memories, said, memories!);
        Meaning.Apply(policy, state, context, said);
        var isBlind = false;
        var onlyBounds = true;
        var passes = policy.Behavior.ScaleUp.LargerNeedPasses;
        for (var i = 0; i < said.Length; i++)
        {
            isBlind |= said[i].Kind == RecommendationKind.Unavailable;
            onlyBounds &= rules[i].OnlyBounds;
            passes = passes && !rules[i].FollowsCurrent;
        }

        var next = memories is null ? null : RuleMemories.Of(memories.ToImmutable());
        return new(said, isBlind, onlyBounds, next ?? (state.Memories is null ? null : RuleMemories.None), passes);
    }

    private static Recommendation Remember(
        ScalingRule rule, in RuleContext context, RuleMemories? remembered, ImmutableArray<KeyValuePair<string, RuleMemory>>.Builder memories)
    {
        var before = remembered?.Find(rule.Name);
        var answer = rule.Recommend(context with { Memory = before });
        var next = answer.Memory ?? before;
        if (next is { Length: > 0 }) memories.Add(new(rule.Name, next));
        return answer with { Memory = null };
    }
}
