using System.Collections.Immutable;

namespace AutoScaling.Deciding;

/// <summary>What the rules of a policy say to one observation, and what they remember from then on.</summary>
internal readonly struct Asked
{
    private Asked(Recommendation[] said, bool isBlind, bool onlyBounds, RuleMemories? memories) =>
        (Said, IsBlind, OnlyBounds, Memories) = (said, isBlind, onlyBounds, memories);

    /// <summary>What each rule says, in the policy's order.</summary>
    public Recommendation[] Said { get; }

    /// <summary>Whether one cannot say.</summary>
    public bool IsBlind { get; }

    /// <summary>Whether all of them only narrow the range.</summary>
    public bool OnlyBounds { get; }

    /// <summary>What they remember; <see langword="null"/> if none does, and none did.</summary>
    public RuleMemories? Memories { get; }

    /// <summary>Asks every rule.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="context">What the rules look at.</param>
    /// <param name="remembered">What they remember of earlier evaluations.</param>
    public static Asked All(ScalingPolicy policy, in RuleContext context, RuleMemories? remembered)
    {
        var rules = policy.Rules;
        var said = new Recommendation[rules.Length];
        var isBlind = false;
        var onlyBounds = true;
        var memories = policy.Remembers ? ImmutableArray.CreateBuilder<KeyValuePair<string, RuleMemory>>() : null;
        for (var i = 0; i < said.Length; i++)
        {
            var rule = rules[i];
            onlyBounds &= rule.OnlyBounds;
            if (rule.During is { } during && !context.IsOpen(during, out var opens))
            {
                said[i] = new(RecommendationKind.None, RecommendationReason.ScheduleClosed) { Rule = rule.Name, Until = opens };
                if (memories is not null && rule.Remembers && remembered?.Find(rule.Name) is { } kept) memories.Add(new(rule.Name, kept));
                continue;
            }

            if (memories is null || !rule.Remembers) said[i] = rule.Recommend(context) with { Rule = rule.Name };
            else said[i] = Remember(rule, context, remembered, memories) with { Rule = rule.Name };
            isBlind |= said[i].Kind == RecommendationKind.Unavailable;
        }

        var next = memories is null ? null : RuleMemories.Of(memories.ToImmutable());
        return new(said, isBlind, onlyBounds, next ?? (remembered is null ? null : RuleMemories.None));
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
