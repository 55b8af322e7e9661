using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace AutoScaling.Deciding;

/// <summary>What the rules of a policy say to one observation, and what they remember from then on.</summary>
internal readonly struct Asked
{
    private Asked(Recommendation[] said, RuleMemories? memories) => (Said, Memories) = (said, memories);

    /// <summary>What each rule says, in the policy's order.</summary>
    public Recommendation[] Said { get; }

    /// <summary>What they remember; <see langword="null"/> if none does, and none did.</summary>
    public RuleMemories? Memories { get; }

    /// <summary>Asks every rule.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="state">What is remembered of earlier evaluations.</param>
    /// <param name="context">What the rules look at.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // answers are large: whoever calls this should not have to clear places for them
    public static Asked All(ScalingPolicy policy, ScalingState state, in RuleContext context)
    {
        var said = new Recommendation[policy.Rules.Length];
        var memories = policy.HasMemories ? Remembered(policy, state, context, said) : Forgotten(policy, state, context, said);
        if (!policy.Metrics.IsEmpty) Meaning.Apply(policy, state, context, said);
        return new(said, memories);
    }

    /// <summary>Asks rules of which none remembers; what others did before them is forgotten.</summary>
    private static RuleMemories? Forgotten(ScalingPolicy policy, ScalingState state, in RuleContext context, Recommendation[] said)
    {
        var rules = policy.Rules;
        for (var i = 0; i < said.Length; i++)
        {
            var rule = rules[i];
            if (rule.During is not null && IsClosed(rule, context, ref said[i])) continue;
            said[i] = rule.Recommend(context) with { Rule = rule.Name };
        }

        if (policy.Behavior.SafetyGuards) Direction.Judge(policy, context, said);
        return state.Memories is null ? null : RuleMemories.None;
    }

    /// <summary>Asks rules of which some remember, or may ask for one step only.</summary>
    private static RuleMemories? Remembered(ScalingPolicy policy, ScalingState state, in RuleContext context, Recommendation[] said)
    {
        var (rules, before) = (policy.Rules, state.Memories);
        var memories = ImmutableArray.CreateBuilder<KeyValuePair<string, RuleMemory>>();
        for (var i = 0; i < said.Length; i++)
        {
            var rule = rules[i];
            var memory = rule.Remembers ? before?.Find(rule.Name) : null;
            if (!IsClosed(rule, context, ref said[i])) said[i] = rule.Recommend(context with { Memory = memory }) with { Rule = rule.Name };
            if (!rule.Remembers) continue;
            if ((said[i].Memory ?? memory) is { Length: > 0 } next) memories.Add(new(rule.Name, next));
            said[i] = said[i] with { Memory = null };
        }

        if (policy.Behavior.SafetyGuards) Direction.Judge(policy, context, said);
        if (policy.HasSteady) OneStep.Judge(policy, context, before, said, memories);
        return RuleMemories.Of(memories.ToImmutable()) ?? (before is null ? null : RuleMemories.None);
    }

    /// <summary>Whether a rule is not asked now, with the answer that it has then.</summary>
    private static bool IsClosed(ScalingRule rule, in RuleContext context, ref Recommendation answer)
    {
        if (rule.During is not { } during || context.IsOpen(during, out var opens)) return false;
        answer = new(RecommendationKind.None, RecommendationReason.ScheduleClosed) { Rule = rule.Name, Until = opens };
        return true;
    }
}
