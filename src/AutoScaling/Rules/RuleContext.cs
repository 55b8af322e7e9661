using AutoScaling.Primitives;
using AutoScaling.Rules;

namespace AutoScaling;

/// <summary>
/// What a rule may look at: one observation, the time, the range and the behaviour. Nothing else exists for a rule; it knows no policy.
/// </summary>
public readonly ref struct RuleContext
{
    // One reference to what the policy says once and for all, rather than a copy of it at every evaluation.
    private readonly IRuleFrame _frame;

    /// <summary>Creates a context; the engine does this, and tests of rules do.</summary>
    /// <param name="observation">What is known of the target.</param>
    /// <param name="now">The time of the evaluation.</param>
    public RuleContext(ScalingObservation observation, DateTimeOffset now) : this(observation, now, RuleFrame.Default)
    {
    }

    internal RuleContext(ScalingObservation observation, DateTimeOffset now, IRuleFrame frame)
    {
        Observation = observation;
        Now = now;
        _frame = frame;
    }

    /// <summary>What is known of the target.</summary>
    public ScalingObservation Observation { get; }

    /// <summary>The time of the evaluation.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The range that the policy allows.</summary>
    /// <value>1 to 10 by default.</value>
    public ReplicaRange Range
    {
        get => _frame.Range;
        init => _frame = RuleFrame.Of(_frame) with { Range = value };
    }

    /// <summary>What holds changes back; a rule may look at its tolerance.</summary>
    /// <value><see cref="ScalingBehavior.Default"/> by default.</value>
    public ScalingBehavior Behavior
    {
        get => _frame.Behavior;
        init => _frame = RuleFrame.Of(_frame) with { Behavior = value };
    }

    /// <summary>The age from which a reading is too old to act on.</summary>
    /// <value>5 minutes by default.</value>
    public TimeSpan MaxMetricAge
    {
        get => _frame.MaxMetricAge;
        init => _frame = RuleFrame.Of(_frame) with { MaxMetricAge = value };
    }

    /// <summary>What the rule remembers of earlier evaluations; <see langword="null"/> if it remembers nothing.</summary>
    public RuleMemory? Memory { get; init; }

    /// <summary>The desired replicas, which "no change" means.</summary>
    public int Current => Observation.Replicas.Desired;

    /// <summary>The replicas that the reading of the whole target stands for: more than desired while a scale-down is under way.</summary>
    internal int Carrying => Math.Max(Current, Observation.Replicas.Ready);

    /// <summary>
    /// By how much a metric's value over the target changes if another number of replicas carries the load; 1 for a metric that does not
    /// follow the load.
    /// </summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="replicas">The number of replicas to suppose, at least 1.</param>
    public double Share(MetricRef metric, int replicas) => FollowsLoad(metric) ? (double)Carrying / replicas : 1;

    /// <summary>Whether a metric rises when fewer replicas carry the load, as far as the policy says.</summary>
    /// <param name="metric">Which metric.</param>
    public bool FollowsLoad(MetricRef metric) => _frame.FollowsLoad(metric);

    /// <summary>Reads a metric if it can be acted on: there, finite and no older than the policy allows.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="reading">The reading; look at it only when the answer is <see langword="true"/>.</param>
    /// <param name="trouble">What to return from the rule when the answer is <see langword="false"/>.</param>
    /// <param name="allowNegative">Whether a negative value makes sense.</param>
    public bool TryRead(MetricRef metric, out MetricReading reading, out Recommendation trouble, bool allowNegative = false)
    {
        reading = Observation.Metrics[metric];
        trouble = default;
        var age = Now - reading.At;
        if (reading.Status == MetricStatus.Available
            && age <= MaxMetricAge
            && age >= -MaxMetricAge
            && (allowNegative || reading.Value >= 0))
        {
            return true;
        }

        var (reason, detail) = reading.Status switch
        {
            MetricStatus.Failed => (RecommendationReason.MetricFailed, reading.Reason),
            MetricStatus.Missing => (RecommendationReason.MetricMissing, reading.Reason),
            MetricStatus.Stale => (RecommendationReason.MetricStale, reading.Reason),
            MetricStatus.Implausible => (RecommendationReason.MetricImplausible, reading.Reason),
            _ when age > MaxMetricAge =>
                (RecommendationReason.MetricStale, $"it is {Phrase.Of(age)} old, and at most {Phrase.Of(MaxMetricAge)} is allowed"),
            _ when age < -MaxMetricAge => (RecommendationReason.MetricStale, $"its time lies {Phrase.Of(-age)} in the future"),
            _ => (RecommendationReason.MetricNegative, $"its value is {Phrase.Of(reading.Value)}, and it cannot be negative"),
        };
        trouble = new(RecommendationKind.Unavailable, reason, metric: metric) { Detail = detail };
        return false;
    }

    /// <summary>Whether a schedule is open, with what other schedules of the policy mean for it.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="until">When that may be different; <see langword="null"/> for never.</param>
    internal bool IsOpen(ScalingSchedule schedule, out DateTimeOffset? until)
    {
        // A schedule that is not there says nothing; policies that name one are refused when they are loaded.
        until = null;
        if (schedule.Rule is { } name) return _frame.Schedule(name) is not { } times || IsOpen(times, out until);
        until = schedule.Next(Now);
        if (!schedule.IsOpen(Now)) return false;
        foreach (var exception in schedule.ExceptRules)
        {
            if (_frame.Schedule(exception) is not { } other) continue;
            var next = other.Next(Now);
            if (other.IsOpen(Now))
            {
                until = next;
                return false;
            }

            if (until is null || next < until) until = next ?? until;
        }

        return true;
    }

    /// <summary>
    /// The replicas that serve and have no reading of their own, for which a reading of the whole target does not speak; and how many have
    /// one.
    /// None where the source does not read single replicas, or names them differently from the scaler.
    /// </summary>
    internal (int Unmeasured, int Measured) Coverage(MetricReading reading)
    {
        int unmeasured = 0, measured = 0;
        var known = false;
        var join = new ReplicaJoin(reading.Replicas.AsSpan());
        foreach (ref readonly var member in Observation.Replicas.Members.AsSpan())
        {
            var has = join.Find(member.Name).Value is not null;
            known |= has;
            if (member is not { Phase: ReplicaPhase.Running, Readiness: ReplicaReadiness.Ready, IsTerminating: false }) continue;
            if (has) measured++;
            else unmeasured++;
        }

        return known ? (unmeasured, measured) : (0, measured);
    }
}
