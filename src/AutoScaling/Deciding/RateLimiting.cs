using AutoScaling.Primitives;

namespace AutoScaling.Deciding;

/// <summary>The arithmetic of one rate limit.</summary>
internal static class RateLimiting
{
    private const long None = long.MinValue;

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
        var (isCount, value, period) = (limit.Unit == RateLimitUnit.Replicas, limit.Value, limit.Period.Ticks);
        var factor = 1 + ((up ? value : -value) / 100.0);
        long freed = None, newer = None;
        double left = 0;
        if (allowed != current)
        {
            if (Beyond(0)) freed = now;
            (newer, left) = (now, allowed - (double)current);
        }

        for (var node = changes; node is not null && now - node.At < period; node = node.Older)
        {
            if (node.At != newer) // those of one instant grow old together
            {
                if (Beyond(left)) freed = node.At;
                newer = node.At;
            }

            left += node.Value;
        }

        return Beyond(left) ? now : freed == None ? null : freed + period;

        // Whether Reach, from the start that these changes leave, is beyond the count.
        bool Beyond(double changed) =>
            isCount ? up ? changed < value : changed > -value
            : up ? changed <= 0 || (allowed - changed) * factor > allowed
            : (allowed - changed) * factor < allowed;
    }
}
