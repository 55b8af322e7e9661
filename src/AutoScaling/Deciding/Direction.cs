using System.Runtime.CompilerServices;

namespace AutoScaling.Deciding;

/// <summary>
/// Readiness never turns the direction of a rule around: above its target it never leads to fewer replicas than desired, below it never to
/// more. Where nobody is ready, an average over the replicas is no measurement, whatever it reads.
/// </summary>
internal static class Direction
{
    public static void Judge(ScalingPolicy policy, in RuleContext context, Recommendation[] said)
    {
        var current = context.Current;
        var replicas = context.Observation.Replicas;
        var nobodyReady = current > 0 && replicas.Ready == 0 && !IsAnyReady(replicas.Members.AsSpan());
        for (var i = 0; i < said.Length; i++)
        {
            ref var answer = ref said[i];
            if (answer.Kind != RecommendationKind.Replicas) continue;
            if (nobodyReady && IsAverage(policy.Rules[i], answer.Metric))
            {
                Unmeasured(ref answer);
                continue;
            }

            var isTurned = answer.Reason switch
            {
                RecommendationReason.AboveTarget => answer.Replicas < current,
                RecommendationReason.BelowTarget => answer.Replicas > current,
                _ => false,
            };
            if (isTurned) Keep(ref answer, current);
        }
    }

    // What hardly any answer needs is done beside the loop: answers are large, and places for them are cleared whenever it is entered.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Unmeasured(ref Recommendation answer) => answer =
        new(RecommendationKind.Unavailable, RecommendationReason.NoReadyReplicas, metric: answer.Metric) { Rule = answer.Rule };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(ref Recommendation answer, int current) => answer = answer with { Replicas = current };

    private static bool IsAnyReady(ReadOnlySpan<Replica> members)
    {
        foreach (ref readonly var member in members)
        {
            if (member is { Phase: ReplicaPhase.Running, Readiness: ReplicaReadiness.Ready, IsTerminating: false }) return true;
        }

        return false;
    }

    /// <summary>Whether a rule compares a metric as an average over the replicas.</summary>
    public static bool IsAverage(ScalingRule rule, MetricRef? metric)
    {
        if (metric is null) return false;
        foreach (var comparison in rule.Describe()?.Comparisons ?? [])
        {
            if (comparison.Metric == metric && comparison.Nature == MetricNature.Average) return true;
        }

        return false;
    }
}
