using AutoScaling.Primitives;
using AutoScaling.Rules;

namespace AutoScaling;

/// <summary>From which value of its metric on a rule wants any replicas at all. It leads back from 0 replicas, and down to them.</summary>
/// <remarks>
/// Above <see cref="Above"/> the rule asks for at least <see cref="Replicas"/>. At or below it, where the policy's range allows 0, it asks
/// for 0: at once if there are none, otherwise once the metric has been so low for <see cref="IdleTime"/>, and until then for 1 at least.
/// The metric must exist without replicas, such as a queue's length or what a load balancer counts. Source: the activation thresholds and
/// the cooldown period of KEDA.
/// </remarks>
public sealed record Activation
{
    /// <summary>The value of the whole target's metric above which there is something to do.</summary>
    /// <value>Finite.</value>
    public required double Above
    {
        get;
        init => field = Bounds.Finite.Check(value, "Activation");
    }

    /// <summary>The least replicas to ask for above the value.</summary>
    /// <value>1 by default; at least 1.</value>
    public int Replicas
    {
        get;
        init => field = Bounds.AtLeastOne.Check(value, "ActivationReplicas");
    }
    = 1;

    /// <summary>How long the metric must have been at or below the value before the last replica goes.</summary>
    /// <value>5 minutes by default; at least 0.</value>
    public TimeSpan IdleTime
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(IdleTime));
    }
    = TimeSpan.FromMinutes(5);

    /// <summary>What a rule's answer becomes.</summary>
    /// <param name="context">What the rule looks at, with what it remembers: since when the metric is low.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="answer">What the rule says without an activation.</param>
    /// <param name="busy">Whether there is something to do whatever the metric says.</param>
    /// <param name="allowNegative">Whether a negative value makes sense.</param>
    internal Recommendation Apply(
        in RuleContext context, MetricRef metric, in Recommendation answer, bool busy = false, bool allowNegative = false)
    {
        // A metric that cannot be read shows neither that the target is idle nor that it is busy: the answer stays as it is.
        if (!context.TryRead(metric, out var reading, out _, allowNegative)) return answer;
        if (reading.Value > Above) return Awake(context, metric, answer, reading.Value);
        if (busy || context.Range.Min > 0) return answer with { Memory = RuleMemory.Empty };

        var isZero = context.Current == 0;
        var since = isZero ? context.Now : LowSince.Read(context.Memory, context.Now);
        var until = IdleTime < DateTimeOffset.MaxValue - since ? since + IdleTime : DateTimeOffset.MaxValue;
        if (isZero || until <= context.Now)
        {
            return Said(answer, RecommendationReason.BelowActivation, 0, metric, reading.Value) with
            {
                Memory = isZero ? RuleMemory.Empty : LowSince.Write(since),
                Detail = Comparison(metric, reading.Value, "not above"),
            };
        }

        if (answer.Kind != RecommendationKind.Replicas || answer.Replicas > 0) return answer with { Memory = LowSince.Write(since) };
        return Said(answer, RecommendationReason.Idling, 1, metric, reading.Value) with
        {
            Until = until,
            Memory = LowSince.Write(since),
            Detail = $"{metric} is {Phrase.Of(reading.Value)}, "
                + $"and 0 replicas need it to be no more than {Phrase.Of(Above)} for {Phrase.Of(IdleTime)}",
        };
    }

    private Recommendation Awake(in RuleContext context, MetricRef metric, in Recommendation answer, double value)
    {
        // Without replicas there is no average, so the rule cannot say; above its activation it asks for some all the same.
        var isEnough = answer.Kind == RecommendationKind.Replicas ? answer.Replicas >= Replicas : context.Current > 0;
        if (isEnough) return answer with { Memory = RuleMemory.Empty };
        return Said(answer, RecommendationReason.Activated, Replicas, metric, value) with
        {
            Memory = RuleMemory.Empty,
            Detail = Comparison(metric, value, "above"),
        };
    }

    private string Comparison(MetricRef metric, double value, string how)
    {
        var texts = Phrase.Compared(value, Above);
        return $"{metric} is {texts[0]}, {how} {texts[1]}, from which on there is something to do";
    }

    // The value and the edges stay those of the rule's own answer, as its projection needs them.
    private static Recommendation Said(
        in Recommendation answer, RecommendationReason reason, int replicas, MetricRef metric, double value) =>
        answer.Kind == RecommendationKind.Replicas
            ? answer with { Reason = reason, Replicas = replicas }
            : new(RecommendationKind.Replicas, reason, replicas, metric, value);
}
