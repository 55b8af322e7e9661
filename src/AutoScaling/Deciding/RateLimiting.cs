using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>The arithmetic of one rate limit.</summary>
internal static class RateLimiting
{
    /// <summary>
    /// The furthest count that a limit allows from the replicas at the start of its period.
    /// Source: calculateScaleUpLimitWithScalingRules and calculateScaleDownLimitWithBehaviors of the Kubernetes HPA; a percentage of 0
    /// replicas is 1 here.
    /// </summary>
    public static int Reach(RateLimit limit, bool up, double start) => Count.Truncate((up, limit.Unit) switch
    {
        (true, RateLimitUnit.Replicas) => start + limit.Value,
        (true, _) => Math.Max(start + 1, Math.Ceiling(start * (1 + (limit.Value / 100.0)))),
        (false, RateLimitUnit.Replicas) => start - limit.Value,
        (false, _) => start * (1 - (limit.Value / 100.0)),
    });

    /// <summary>The replicas that were added within the period, less those that were removed.</summary>
    public static double Changed(RateLimit limit, Timeline? changes, long now)
    {
        var sum = 0.0;
        for (var node = changes; node is not null && now - node.At < limit.Period.Ticks; node = node.Older) sum += node.Value;
        return sum;
    }

    /// <summary>
    /// When a limit reaches beyond the count that is allowed now, once that is applied and nothing else happens; <see langword="null"/> if
    /// never.
    /// </summary>
    public static long? Frees(RateLimit limit, bool up, Timeline? changes, int current, int allowed, long now)
    {
        // Changes grow old one after the other, the oldest first: find the first whose end makes room, for what is left then.
        var replicas = limit.Unit == RateLimitUnit.Replicas;
        var factor = 1 + ((up ? limit.Value : -limit.Value) / 100.0);
        long? freed = null;
        long? newer = null;
        double left = 0;
        if (allowed != current) Add(now, allowed - (double)current);
        for (var node = changes; node is not null && now - node.At < limit.Period.Ticks; node = node.Older) Add(node.At, node.Value);

        return Beyond(left) ? now : freed + limit.Period.Ticks;

        void Add(long at, double change)
        {
            if (at != newer && Beyond(left)) freed = at; // those of one instant grow old together
            (newer, left) = (at, left + change);
        }

        // Whether Reach, from the start that these changes leave, is beyond the count.
        bool Beyond(double changed)
        {
            if (replicas) return up ? changed < limit.Value : changed > -limit.Value;
            return up ? changed <= 0 || (allowed - changed) * factor > allowed : (allowed - changed) * factor < allowed;
        }
    }
}
