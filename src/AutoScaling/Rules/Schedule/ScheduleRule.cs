using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>What a <see cref="ScheduleRule"/> does to the range while it is open.</summary>
[JsonConverter(typeof(WordConverter<ScheduleBound>))]
public enum ScheduleBound
{
    /// <summary>No fewer replicas than its count.</summary>
    Floor,

    /// <summary>No more replicas than its count.</summary>
    Ceiling,

    /// <summary>Just its count.</summary>
    Exact,

    /// <summary>
    /// Its count on top of what the rules ask for. These see the target without it, and the range's most still bounds the whole.
    /// </summary>
    Add,
}

/// <summary>
/// Narrows the policy's range at set times: from each occurrence of <see cref="Start"/> until the next one of <see cref="End"/>, or once,
/// from <see cref="From"/> to <see cref="To"/>.
/// </summary>
/// <remarks>
/// Occurrences are those of the Cronos library: a time that daylight saving skips happens when the gap ends, one that it repeats happens
/// once, at the first pass (expressions that repeat within the hour happen in both). A schedule that adds replicas puts them on top at once
/// as it opens, and takes them away at once as it closes; no window, cooldown or rate limit holds that back, nor a metric that cannot be
/// read, but rate limits count it. Several add up. What is on top takes its part of the load, so a metric that is an average falls as it
/// opens. A bound never leaves the policy's own range; where bounds contradict each other the highest <see cref="Priority"/> counts, and of
/// one priority the highest floor.
/// </remarks>
public sealed record ScheduleRule : ScalingRule
{
    /// <inheritdoc/>
    public override string Name { get; init; } = "schedule";

    /// <inheritdoc cref="ScalingSchedule.Start"/>
    public string Start
    {
        get => Times.Start;
        init => Times = Times with { Start = value };
    }

    /// <inheritdoc cref="ScalingSchedule.End"/>
    public string End
    {
        get => Times.End;
        init => Times = Times with { End = value };
    }

    /// <inheritdoc cref="ScalingSchedule.From"/>
    public string? From
    {
        get => Times.From;
        init => Times = Times with { From = value };
    }

    /// <inheritdoc cref="ScalingSchedule.To"/>
    public string? To
    {
        get => Times.To;
        init => Times = Times with { To = value };
    }

    /// <inheritdoc cref="ScalingSchedule.TimeZone"/>
    public string TimeZone
    {
        get => Times.TimeZone;
        init => Times = Times with { TimeZone = value };
    }

    /// <inheritdoc cref="ScalingSchedule.Except"/>
    public ImmutableArray<string> Except
    {
        get => Times.Except;
        init => Times = Times with { Except = value };
    }

    /// <summary>What the schedule does to the range while it is open.</summary>
    /// <value><see cref="ScheduleBound.Floor"/> by default.</value>
    public ScheduleBound Bound { get; init; }

    /// <summary>The count.</summary>
    /// <value>At least 0.</value>
    public required int Replicas
    {
        get;
        init => field = Bounds.Count.Check(value, nameof(Replicas));
    }

    /// <summary>Which of schedules counts that contradict each other: the one with the highest number.</summary>
    /// <value>0 by default; a schedule that adds replicas contradicts none, and has no other.</value>
    public int Priority { get; init; }

    /// <summary>Whether a target that is outside the bound as it opens goes there only as fast as the rate limits allow.</summary>
    /// <value><see langword="false"/> by default: at once; always so for a schedule that adds replicas.</value>
    public bool Gradual { get; init; }

    /// <inheritdoc/>
    public override bool OnlyBounds => true;

    /// <summary>When it is open.</summary>
    internal ScalingSchedule Times { get; init; } = new();

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    /// <inheritdoc/>
    public override RuleDescription Describe() => new()
    {
        Count = Bound switch
        {
            ScheduleBound.Floor => new() { Setting = "floor", Kind = RecommendationKind.Floor, Replicas = Replicas },
            ScheduleBound.Ceiling => new() { Setting = "ceiling", Kind = RecommendationKind.Ceiling, Replicas = Replicas },
            ScheduleBound.Add => new() { Setting = "add", Kind = RecommendationKind.OnTop, Replicas = Replicas },
            _ => new() { Setting = "exact", Kind = RecommendationKind.Exact, Replicas = Replicas },
        },
        Times = Start.Length == 0 ? null : new() { Start = Start, End = End },
    };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        if (!context.IsOpen(Times, out var until))
            return new(RecommendationKind.None, RecommendationReason.ScheduleClosed) { Until = until };
        var kind = Bound switch
        {
            ScheduleBound.Floor => RecommendationKind.Floor,
            ScheduleBound.Ceiling => RecommendationKind.Ceiling,
            ScheduleBound.Add => RecommendationKind.OnTop,
            _ => RecommendationKind.Exact,
        };
        return new(kind, RecommendationReason.ScheduleOpen, Replicas) { Until = until };
    }
}
