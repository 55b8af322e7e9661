using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What a rule says.</summary>
[JsonConverter(typeof(WordConverter<RecommendationKind>))]
public enum RecommendationKind
{
    /// <summary>It cannot say, because a reading that it needs cannot be used. Never a reason to scale down.</summary>
    Unavailable,

    /// <summary>It has no opinion now.</summary>
    None,

    /// <summary>It asks for a count.</summary>
    Replicas,

    /// <summary>It allows no fewer than a count.</summary>
    Floor,

    /// <summary>It allows no more than a count.</summary>
    Ceiling,

    /// <summary>It allows just one count.</summary>
    Exact,

    /// <summary>It puts replicas on top of what the others ask for.</summary>
    OnTop,
}

/// <summary>Why a rule says it.</summary>
[JsonConverter(typeof(WordConverter<RecommendationReason>))]
public enum RecommendationReason
{
    /// <summary>A reason of the rule's own, in <see cref="Recommendation.Detail"/>.</summary>
    Custom,

    /// <summary>The metric is above the value from which the rule asks for more.</summary>
    AboveTarget,

    /// <summary>The metric is below the value from which the rule asks for fewer.</summary>
    BelowTarget,

    /// <summary>The metric is near enough to its target.</summary>
    OnTarget,

    /// <summary>The metric lies in one of the rule's steps.</summary>
    Step,

    /// <summary>The metric lies in none of the rule's steps.</summary>
    NoStep,

    /// <summary>So many replicas drain the backlog in time.</summary>
    Backlog,

    /// <summary>The metric is above its activation, so the rule asks for some replicas at least.</summary>
    Activated,

    /// <summary>The metric is at or below its activation, and has been for long enough, so the rule asks for none.</summary>
    BelowActivation,

    /// <summary>The metric is at or below its activation, but not for long enough yet to have no replicas.</summary>
    Idling,

    /// <summary>So many replicas serve the load that is forecast.</summary>
    Forecast,

    /// <summary>So many replicas keep response times to their objective.</summary>
    Queueing,

    /// <summary>So many replicas serve the requests that are under way at once.</summary>
    Concurrency,

    /// <summary>The rule always asks for this count.</summary>
    Fixed,

    /// <summary>The schedule's time is now.</summary>
    ScheduleOpen,

    /// <summary>The schedule's time is not now.</summary>
    ScheduleClosed,

    /// <summary>Unready or unmeasured replicas might turn the answer around, so the rule keeps what there is.</summary>
    Undecided,

    /// <summary>The source returned no usable value.</summary>
    MetricMissing,

    /// <summary>The value is too old.</summary>
    MetricStale,

    /// <summary>The source could not be asked.</summary>
    MetricFailed,

    /// <summary>The value is negative, which this metric cannot be.</summary>
    MetricNegative,

    /// <summary>The value cannot be: it stands for "no value", or is outside what the policy expects.</summary>
    MetricImplausible,

    /// <summary>There are no replicas to compare the metric with.</summary>
    NoReplicas,

    /// <summary>There are readings of replicas, but none of a ready one.</summary>
    NoReadyReplicas,

    /// <summary>The replicas that have readings requested nothing.</summary>
    NoMatchingReplicas,

    /// <summary>A replica has no request, so that there is no utilization.</summary>
    MissingRequest,

    /// <summary>The metric is above its target, but does not follow the load, and the rule has asked for its one step.</summary>
    OneStep,
}
