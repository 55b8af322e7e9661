using System.Runtime.CompilerServices;

namespace AutoScaling.Deciding;

/// <summary>Makes one count of what several rules say.</summary>
internal static class Combining
{
    /// <summary>Whether a rule cannot say, for want of a reading.</summary>
    public static bool IsBlind(ReadOnlySpan<Recommendation> said)
    {
        foreach (ref readonly var recommendation in said)
        {
            if (recommendation.Kind == RecommendationKind.Unavailable) return true;
        }

        return false;
    }

    /// <summary>Whether all rules of a policy only narrow the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // asked at every decision, and nearly always answered by the first rule
    public static bool OnlyBounds(ScalingPolicy policy)
    {
        var rules = policy.Rules;
        for (var i = 0; i < rules.Length; i++)
        {
            if (!rules[i].OnlyBounds) return false;
        }

        return true;
    }

    /// <summary>The counts of all rules that have one, combined; <see langword="null"/> if none has.</summary>
    public static int? Combine(RuleCombination how, ReadOnlySpan<Recommendation> said)
    {
        int? combined = null;
        foreach (ref readonly var recommendation in said)
        {
            if (recommendation.Kind == RecommendationKind.Replicas) combined = Join(how, combined, recommendation.Replicas);
        }

        return combined;
    }

    /// <summary>The same, if another number of replicas carried the load.</summary>
    public static int Project(ScalingPolicy policy, in RuleContext context, ReadOnlySpan<Recommendation> said, int replicas)
    {
        int? combined = null;
        var rules = policy.Rules;
        for (var i = 0; i < said.Length; i++)
        {
            if (said[i].Kind == RecommendationKind.Replicas)
                combined = Join(policy.Combine, combined, rules[i].Project(context, replicas, said[i]));
        }

        return combined ?? replicas;
    }

    /// <summary>The rule that asks for the most, if so many replicas carried the load, with what its metric would be then.</summary>
    public static Projection? Culprit(ScalingPolicy policy, in RuleContext context, ReadOnlySpan<Recommendation> said, int replicas)
    {
        Projection? culprit = null;
        var most = 0;
        for (var i = 0; i < said.Length; i++)
        {
            if (said[i].Kind != RecommendationKind.Replicas) continue;
            var count = policy.Rules[i].Project(context, replicas, said[i]);
            if (culprit is not null && count <= most) continue;
            most = count;
            var metric = policy.Rules[i].Limits(context, replicas) ?? said[i].Metric;
            var value = metric is not null && context.TryRead(metric, out var reading, out _, allowNegative: true)
                ? reading.Value * context.Share(metric, replicas)
                : double.NaN;
            culprit = new()
            {
                Rule = said[i].Rule ?? "",
                Metric = metric,
                Replicas = replicas,
                Value = double.IsFinite(value) ? value : null,
            };
        }

        return culprit;
    }

    /// <summary>
    /// The policy's range, narrowed by the bounds that hold now; bounds of a higher priority first, so that lower ones stay inside of them.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="said">What its rules say.</param>
    /// <param name="atOnce">Whether only those bounds count that hold at once.</param>
    public static ReplicaRange Narrow(ScalingPolicy policy, ReadOnlySpan<Recommendation> said, bool atOnce = false) =>
        policy.HasRanks ? NarrowByRank(policy, said, atOnce) : Narrow(policy.Range, said);

    [MethodImpl(MethodImplOptions.NoInlining)] // what few need stays out of what all do
    private static ReplicaRange NarrowByRank(ScalingPolicy policy, ReadOnlySpan<Recommendation> said, bool atOnce)
    {
        var range = policy.Range;
        var below = long.MaxValue;
        var left = new Recommendation[said.Length];
        while (Highest(policy, said, below) is { } priority)
        {
            var count = 0;
            for (var i = 0; i < said.Length; i++)
            {
                var (rank, gradual) = policy.Rules[i] is ScheduleRule schedule ? (schedule.Priority, schedule.Gradual) : (0, false);
                if (rank == priority && !(atOnce && gradual)) left[count++] = said[i];
            }

            range = Narrow(range, left.AsSpan(0, count));
            below = priority;
        }

        return range;
    }

    /// <summary>The highest priority of a bound that is less than another one.</summary>
    private static int? Highest(ScalingPolicy policy, ReadOnlySpan<Recommendation> said, long below)
    {
        int? highest = null;
        for (var i = 0; i < said.Length; i++)
        {
            var priority = policy.Rules[i] is ScheduleRule schedule ? schedule.Priority : 0;
            if (priority < below && !(priority <= highest)) highest = priority;
        }

        return highest;
    }

    /// <summary>A range, narrowed by bounds. They never leave it; the highest floor wins over a lower ceiling.</summary>
    private static ReplicaRange Narrow(ReplicaRange range, ReadOnlySpan<Recommendation> said)
    {
        int min = range.Min, max = range.Max;
        foreach (ref readonly var recommendation in said)
        {
            if (recommendation.Kind is not (RecommendationKind.Floor or RecommendationKind.Ceiling or RecommendationKind.Exact)) continue;
            var bound = range.Clamp(recommendation.Replicas);
            if (recommendation.Kind is RecommendationKind.Floor or RecommendationKind.Exact) min = Math.Max(min, bound);
            if (recommendation.Kind is RecommendationKind.Ceiling or RecommendationKind.Exact) max = Math.Min(max, bound);
        }

        return range.With(min, Math.Max(min, max));
    }

    private static int Join(RuleCombination how, int? combined, int count) => (how, combined) switch
    {
        (_, null) => count,
        (RuleCombination.Max, { } so) => Math.Max(so, count),
        (RuleCombination.Min, { } so) => Math.Min(so, count),
        (_, { } so) => (int)Math.Clamp((long)so + count, int.MinValue, int.MaxValue),
    };
}
