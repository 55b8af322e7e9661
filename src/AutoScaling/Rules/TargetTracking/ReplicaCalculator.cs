using AutoScaling.Primitives;

namespace AutoScaling.Rules.TargetTracking;

/// <summary>The arithmetic of <see cref="TargetTrackingRule"/>, step by step that of the Kubernetes HPA's replica calculator.</summary>
internal static class ReplicaCalculator
{
    public static Recommendation Recommend(TargetTrackingRule rule, in RuleContext context, MetricReading reading) => rule.Kind switch
    {
        TargetKind.TotalValue => ForTotal(rule, context, reading),
        TargetKind.TotalPerReplica => ForTotalPerReplica(rule, context, reading),
        _ => ForAverage(rule, context, reading),
    };

    /// <summary>What the rule would say if another number of replicas, all of them ready, carried the load.</summary>
    public static int Project(TargetTrackingRule rule, in RuleContext context, int replicas, double value)
    {
        var status = context.Observation.Replicas;

        // Averages over replicas are whole percents or whole units, rounded down: the true one may be almost one more.
        if (rule.Kind is TargetKind.Utilization or TargetKind.AverageValue && context.Observation.Metrics[rule.Metric].Replicas.Length > 0)
            value += rule.Kind == TargetKind.Utilization ? 1 : new FixedPoint(rule.Target).Value(1);

        var carrying = rule.Kind == TargetKind.TotalPerReplica ? status.Existing : status.Ready;
        var ratio = context.FollowsLoad(rule.Metric) ? value / rule.Target * carrying / replicas : value / rule.Target;
        return Within(context, ratio) ? replicas : Count.Ceiling(ratio * replicas);
    }

    private static Recommendation ForTotal(TargetTrackingRule rule, in RuleContext context, MetricReading reading)
    {
        var replicas = context.Observation.Replicas;
        var ratio = FixedPoint.Ratio(reading.Value, rule.Target);
        if (context.Current == 0) return Answer(rule, context, reading.Value, ratio, Count.Ceiling(ratio));
        if (Within(context, ratio)) return Answer(rule, context, reading.Value, ratio, context.Current);
        if (replicas.Existing <= 0) return Unavailable(rule, RecommendationReason.NoReplicas);
        return Answer(rule, context, reading.Value, ratio, Count.Ceiling(ratio * Ready(replicas)));
    }

    private static Recommendation ForTotalPerReplica(TargetTrackingRule rule, in RuleContext context, MetricReading reading)
    {
        var existing = context.Observation.Replicas.Existing;
        var (total, target, whole) = FixedPoint.Pair(reading.Value, rule.Target);
        var ratio = total / (target * existing);
        var count = Within(context, ratio) ? existing : Count.Ceiling(total / target);
        var each = existing == 0 ? 0 : whole ? Math.Ceiling(total / existing) / 1000 : total / existing;

        // The value is each replica's part, as in the HPA. People know the total, and without replicas there is nothing else.
        return Answer(rule, context, each, ratio, count) with { Total = reading.Value };
    }

    private static Recommendation ForAverage(TargetTrackingRule rule, in RuleContext context, MetricReading reading)
    {
        var replicas = context.Observation.Replicas;
        if (reading.Replicas.Length > 0)
        {
            if (replicas.Members.Length == 0) return Unavailable(rule, RecommendationReason.NoReplicas);
            var measured = ReplicaReadings.Gather(rule, context, reading.Replicas, replicas.Members);
            return measured.Trouble is { } trouble ? Unavailable(rule, trouble) : FromReplicas(rule, context, measured);
        }

        // One value for the whole target stands for its ready replicas; the others count as nothing on the way up.
        if (replicas.Ready <= 0) return Unavailable(rule, RecommendationReason.NoReplicas);
        var ratio = FixedPoint.Ratio(reading.Value, rule.Target);
        if (Within(context, ratio)) return Answer(rule, context, reading.Value, ratio, context.Current);
        var waiting = (double)replicas.Starting + replicas.Unready;
        var diluted = ratio > 1 && waiting > 0 ? ratio * replicas.Ready / (replicas.Ready + waiting) : ratio;
        return Settle(rule, context, reading.Value, ratio, diluted, Count.Ceiling(ratio * replicas.Ready));
    }

    private static Recommendation FromReplicas(TargetTrackingRule rule, in RuleContext context, in ReplicaReadings readings)
    {
        var ratio = readings.Ratio(rule, 0, 0, 0, out var value);
        var scaleUpWithUnready = readings.Unready > 0 && ratio > 1.0;
        if (!scaleUpWithUnready && readings.Missing == 0)
        {
            return Answer(rule, context, value, ratio, Within(context, ratio) ? context.Current : Count.Ceiling(ratio * readings.Ready));
        }

        // Guess what the others would read, always against the change: full use on the way down, nothing on the way up.
        Int128 filled = 0, requested = 0;
        var more = 0;
        if (readings.Missing > 0 && ratio != 1.0)
        {
            more += readings.Missing;
            requested += readings.MissingRequests;
            if (ratio < 1.0) filled += readings.MissingFill;
        }

        if (scaleUpWithUnready)
        {
            more += readings.Unready;
            requested += readings.UnreadyRequests;
        }

        var again = readings.Ratio(rule, filled, requested, more, out _);
        return Settle(rule, context, value, ratio, again, Count.Ceiling(again * (readings.Count + more)));
    }

    /// <summary>Keeps what there is when the guess turns the answer around, or when the count goes against the ratio.</summary>
    private static Recommendation Settle(
        TargetTrackingRule rule, in RuleContext context, double value, double first, double second, int count)
    {
        var current = context.Current;
        var undecided = Within(context, second)
            || (first < 1.0 && second > 1.0) || (first > 1.0 && second < 1.0)
            || (second < 1.0 && count > current) || (second > 1.0 && count < current);
        return undecided
            ? Answer(rule, context, value, first, current, RecommendationReason.Undecided)
            : Answer(rule, context, value, second, count);
    }

    private static bool Within(in RuleContext context, double ratio)
    {
        var behavior = context.Behavior;
        return 1.0 - behavior.ScaleDown.Tolerance <= ratio && ratio <= 1.0 + behavior.ScaleUp.Tolerance;
    }

    private static int Ready(ReplicaStatus replicas)
    {
        if (replicas.Members.Length == 0) return Math.Max(0, replicas.Ready);
        var ready = 0;
        foreach (ref readonly var member in replicas.Members.AsSpan())
        {
            if (member is { Phase: ReplicaPhase.Running, Readiness: ReplicaReadiness.Ready }) ready++;
        }

        return ready;
    }

    private static Recommendation Answer(
        TargetTrackingRule rule, in RuleContext context, double value, double ratio, int count, RecommendationReason? reason = null)
    {
        var behavior = context.Behavior;
        reason ??= Within(context, ratio) ? RecommendationReason.OnTarget
            : ratio > 1 ? RecommendationReason.AboveTarget
            : RecommendationReason.BelowTarget;
        return new(RecommendationKind.Replicas, reason.Value, count, rule.Metric, value)
        {
            Target = rule.Target,
            ScaleUpAbove = rule.Target * (1 + behavior.ScaleUp.Tolerance),
            ScaleDownBelow = rule.Target * (1 - behavior.ScaleDown.Tolerance),
        };
    }

    private static Recommendation Unavailable(TargetTrackingRule rule, RecommendationReason reason) =>
        new(RecommendationKind.Unavailable, reason, metric: rule.Metric);
}
