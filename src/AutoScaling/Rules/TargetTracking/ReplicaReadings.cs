using System.Collections.Immutable;

namespace AutoScaling.Rules.TargetTracking;

/// <summary>
/// The readings of single replicas, sorted by what may be concluded from them and added up. Sums are whole units of
/// <see cref="FixedPoint"/>.
/// </summary>
internal struct ReplicaReadings
{
    private FixedPoint _unit;
    private Int128 _sum;
    private Int128 _requests;
    private Int128 _knownSum;

    /// <summary>Replicas whose reading counts.</summary>
    public int Ready { get; private set; }

    /// <summary>Replicas that are not ready; their readings, if any, are dropped.</summary>
    public int Unready { get; private set; }

    public Int128 UnreadyRequests { get; private set; }

    /// <summary>Running replicas without a reading.</summary>
    public int Missing { get; private set; }

    public Int128 MissingRequests { get; private set; }

    /// <summary>What the missing ones would read if they were at the target or, for utilization, at least in full use.</summary>
    public Int128 MissingFill { get; private set; }

    /// <summary>Readings that count; those of names that are no replica included.</summary>
    public int Count { get; private set; }

    /// <summary>Why nothing can be concluded, if so.</summary>
    public RecommendationReason? Trouble { get; private set; }

    public static ReplicaReadings Gather(
        TargetTrackingRule rule, in RuleContext context, ImmutableArray<ReplicaReading> readings, ImmutableArray<Replica> members)
    {
        var result = new ReplicaReadings { _unit = new(rule.Target) };
        var utilization = rule.Kind == TargetKind.Utilization;
        foreach (ref readonly var reading in readings.AsSpan())
        {
            if (Usable(reading, utilization) is not { } value) continue;
            result.Count++;
            result._sum += result._unit.Of(value);
        }

        var skipsUnready = rule.SkipsUnready;
        var warmup = new Warmup(rule.InitializationPeriod, rule.InitialReadinessDelay);
        var everyRequest = true;
        var join = new ReplicaJoin(readings.AsSpan());
        foreach (ref readonly var member in members.AsSpan())
        {
            ref readonly var reading = ref join.Find(member.Name);
            var usable = Usable(reading, utilization);
            var request = result._unit.Of(reading.Request ?? 0);
            everyRequest &= reading.Request is not null;
            var ignored = member.IsTerminating || member.Phase is ReplicaPhase.Failed or ReplicaPhase.Succeeded;
            if (ignored)
            {
                result.Drop(usable);
            }
            else if (member.Phase == ReplicaPhase.Pending
                || (usable is not null && skipsUnready && warmup.IsUnready(member, reading, context.Now)))
            {
                result.Unready++;
                result.UnreadyRequests += request;
                result.Drop(usable);
            }
            else if (usable is { } value)
            {
                result.Ready++;
                result._knownSum += result._unit.Of(value);
                result._requests += request;
            }
            else
            {
                result.Missing++;
                result.MissingRequests += request;
                result.MissingFill += utilization ? FullUse(request, rule.Target) : result._unit.Of(rule.Target);
            }
        }

        result.Trouble = result.Count <= 0 ? RecommendationReason.NoReadyReplicas
            : !utilization ? null
            : !everyRequest ? RecommendationReason.MissingRequest
            : result._requests == 0 ? RecommendationReason.NoMatchingReplicas
            : null;
        return result;
    }

    /// <summary>The ratio of metric to target, after adding guessed readings.</summary>
    public readonly double Ratio(TargetTrackingRule rule, Int128 filled, Int128 requested, int more, out double value)
    {
        if (rule.Kind == TargetKind.Utilization)
        {
            var percent = FixedPoint.Saturate(
                (Int128)FixedPoint.Saturate(_knownSum + filled) * 100 / FixedPoint.Saturate(_requests + requested));
            value = percent;
            return percent / rule.Target;
        }

        var average = FixedPoint.Saturate(_sum + filled) / (Count + more);
        value = _unit.Value(average);
        return (double)average / _unit.Of(rule.Target);
    }

    /// <summary>Nobody uses less than nothing of what was requested.</summary>
    private static double? Usable(in ReplicaReading reading, bool utilization) => utilization && reading.Value < 0 ? null : reading.Value;

    private void Drop(double? value)
    {
        if (value is not { } dropped) return;
        Count--;
        _sum -= _unit.Of(dropped);
    }

    private static long FullUse(long request, double target)
    {
        var percent = Math.Max(100, target);
        return percent == Math.Floor(percent) && percent < long.MaxValue
            ? FixedPoint.Saturate((Int128)request * (long)percent / 100)
            : (long)(request * percent / 100);
    }
}
