namespace AutoScaling.Rules;

/// <summary>
/// An average over the replicas, without the readings of those that only start, and what it will be once all that was ordered is there.
/// Rules that answer with a factor or a step would otherwise order the same replicas at every evaluation until the first of them serve.
/// </summary>
/// <param name="Value">The average over the replicas that serve.</param>
/// <param name="Share">The part of the replicas, ordered ones included, that the value stands for: from 0 to 1.</param>
internal readonly record struct WeighedReading(double Value, double Share)
{
    /// <summary>
    /// The average once the load is spread over all that was ordered. Good for not asking for more; never a reason to ask for fewer.
    /// </summary>
    public double Diluted => Value * Share;

    /// <summary>Reads a metric, if it can be acted on and counts for one replica at least.</summary>
    /// <param name="context">What the rule looks at.</param>
    /// <param name="metric">Which metric.</param>
    /// <param name="warmup">Which replicas only start.</param>
    /// <param name="reading">The reading as the source made it.</param>
    /// <param name="weighed">The reading weighed; look at it only when the answer is <see langword="true"/>.</param>
    /// <param name="trouble">What to return from the rule when the answer is <see langword="false"/>.</param>
    /// <param name="allowNegative">Whether a negative value makes sense.</param>
    public static bool TryRead(
        in RuleContext context,
        MetricRef metric,
        Warmup warmup,
        out MetricReading reading,
        out WeighedReading weighed,
        out Recommendation trouble,
        bool allowNegative = false)
    {
        weighed = default;
        if (!context.TryRead(metric, out reading, out trouble, allowNegative)) return false;
        var of = new Parts(context, reading, warmup);
        if (of is { LeftOut: > 0, Counted: 0 })
        {
            trouble = new(RecommendationKind.Unavailable, RecommendationReason.NoReadyReplicas, metric: metric);
            return false;
        }

        weighed = new(of.LeftOut > 0 ? of.Average : reading.Value, of.Share(context.Observation.Replicas));
        return true;
    }

    /// <summary>The replicas that a reading knows one by one, by what may be concluded from them.</summary>
    private readonly struct Parts
    {
        private readonly bool _known;
        private readonly int _serving;
        private readonly int _waiting;
        private readonly double _sum;
        private readonly double _requests;

        public Parts(in RuleContext context, MetricReading reading, Warmup warmup)
        {
            var everyRequest = true;
            var join = new ReplicaJoin(reading.Replicas.AsSpan());
            foreach (ref readonly var member in context.Observation.Replicas.Members.AsSpan())
            {
                ref readonly var own = ref join.Find(member.Name);
                _known |= own.Value is not null;
                if (member.IsTerminating || member.Phase is ReplicaPhase.Failed or ReplicaPhase.Succeeded) continue;
                if (warmup.IsWarming(member, own, context.Now))
                {
                    _waiting++;
                    if (own.Value is not null) LeftOut++;
                    continue;
                }

                var serves = member is { Phase: ReplicaPhase.Running, Readiness: ReplicaReadiness.Ready };
                if (serves) _serving++;
                else _waiting++;
                if (own.Value is not { } value) continue;
                Counted++;
                _sum += value;
                everyRequest &= own.Request > 0;
                _requests += own.Request ?? 0;
            }

            if (!everyRequest) _requests = 0;
        }

        /// <summary>How many readings count.</summary>
        public int Counted { get; }

        /// <summary>How many readings are of replicas that only start.</summary>
        public int LeftOut { get; }

        /// <summary>The average of what counts, in percent of the requests where there are any.</summary>
        public double Average => _requests > 0 ? _sum / _requests * 100 : _sum / Counted;

        /// <summary>The part that serves of all that serve, start, or were ordered and do not exist yet.</summary>
        public double Share(ReplicaStatus status)
        {
            // Where the source does not know the replicas one by one, their numbers are all there is.
            var serving = _known ? _serving : Math.Max(0, status.Ready);
            var there = serving + (_known ? _waiting : (double)status.Starting + status.Unready);
            var all = Math.Max(there, status.Desired);
            return all > serving ? serving / all : 1;
        }
    }
}
