using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Deciding;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Which way a decision goes.</summary>
public enum ScaleDirection
{
    /// <summary>The target keeps its replicas.</summary>
    Stay,

    /// <summary>Replicas are added.</summary>
    Up,

    /// <summary>Replicas are removed.</summary>
    Down,
}

/// <summary>The answer to one observation; "stay" is an answer like any other. It holds all that is needed to explain it.</summary>
public sealed class ScalingDecision
{
    [JsonConstructor]
    internal ScalingDecision(
        ScalingTarget target,
        DateTimeOffset at,
        int from,
        int to,
        int? recommended,
        ReplicaRange range,
        ImmutableArray<Recommendation> recommendations,
        ImmutableArray<GuardStep> steps,
        int? expected = null)
    {
        Target = target;
        At = at;
        From = from;
        To = to;
        Recommended = recommended;
        Range = range;
        Recommendations = recommendations.IsDefault ? [] : recommendations;
        Steps = steps.IsDefault ? [] : steps;
        Expected = expected;
    }

    /// <summary>What is scaled.</summary>
    public ScalingTarget Target { get; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The desired replicas that were found.</summary>
    public int From { get; }

    /// <summary>The desired replicas that there should be.</summary>
    public int To { get; }

    /// <summary>Which way the decision goes.</summary>
    [JsonIgnore]
    public ScaleDirection Direction => To > From ? ScaleDirection.Up : To < From ? ScaleDirection.Down : ScaleDirection.Stay;

    /// <summary>What the rules asked for together, before any guard; <see langword="null"/> if they could not say, or if the target was outside its range.</summary>
    public int? Recommended { get; }

    /// <summary>The range that held at the time: the policy's, narrowed by its schedules.</summary>
    public ReplicaRange Range { get; }

    /// <summary>What each rule said, in the policy's order.</summary>
    public ImmutableArray<Recommendation> Recommendations { get; }

    /// <summary>The guards that changed the count, in their order.</summary>
    public ImmutableArray<GuardStep> Steps { get; }

    /// <summary>The count that was written last, if this is the first decision that found another: someone else changed the target.</summary>
    public int? Expected { get; }

    /// <summary>The behaviour that held, which tells the state how much to remember.</summary>
    [JsonIgnore]
    internal ScalingBehavior? Behavior { get; set; }

    /// <summary>Whether a rule could not say, for want of a reading.</summary>
    [JsonIgnore]
    internal bool IsBlind
    {
        get
        {
            foreach (ref readonly var said in Recommendations.AsSpan())
            {
                if (said.Kind == RecommendationKind.Unavailable) return true;
            }

            return false;
        }
    }

    internal static ScalingDecision Manual(ScalingPolicy policy, ScalingState state, int from, int to, DateTimeOffset now) => new(
        policy.Target,
        now,
        from,
        to,
        null,
        policy.Range,
        [new(RecommendationKind.Replicas, RecommendationReason.Custom, to, detail: "someone asked for it by hand", rule: "manual")],
        [],
        state.Missed(from))
    {
        Behavior = policy.Behavior,
    };

    /// <summary>Says in plain sentences why the target is scaled, or why not, until when, and what would change the answer.</summary>
    public string Explain() => Explanation.Of(this);

    /// <summary>Reads a decision that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ScalingException">The text is not a decision (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static ScalingDecision FromJson(string json)
    {
        var decision = JsonText.Read(json, DecidingJson.Default.ScalingDecision, "decision");
        return decision.Target is null ? throw ScalingException.Invalid("The decision cannot be read: it has no target.") : decision;
    }

    /// <summary>The decision as JSON.</summary>
    public string ToJson() => System.Text.Json.JsonSerializer.Serialize(this, DecidingJson.Default.ScalingDecision);

    /// <summary>The decision as <c>web: 3 to 5</c>.</summary>
    public override string ToString() => From == To ? $"{Target}: stays at {From}" : $"{Target}: {From} to {To}";
}
