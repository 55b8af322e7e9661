using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;
using AutoScaling.Rules.Forecast;

namespace AutoScaling;

/// <summary>What a <see cref="ForecastRule"/> does with its forecast.</summary>
[JsonConverter(typeof(WordConverter<ForecastMode>))]
public enum ForecastMode
{
    /// <summary>Shows the forecast and what it would have cost; target tracking decides.</summary>
    Observe,

    /// <summary>Decides by the forecast while an imagined run of it costs less than one of target tracking.</summary>
    Full,
}

/// <summary>
/// Scales ahead of the load: learns what the load will be when replicas that are asked for now can serve, and how much more than that is
/// worth having. Decides only while it would have cost less than plain target tracking over the last day; otherwise that decides.
/// </summary>
/// <remarks>
/// <para>
/// A bank of small forecasters of the load (the last minute, the mean and the largest of the last minutes, and the same time of the day and
/// of the week), each with a bank of learned headrooms. The mean of the pairs, in which those count most that would have cost least in
/// hindsight, in replicas and in load that met too few of them, says how many replicas to ask for.
/// </para>
/// <para>
/// It forecasts load in replicas in full use, never utilization and never counts, both of which follow its own decisions. A metric that
/// does not saturate, such as a request rate (<see cref="Load"/>), lets it see how much is missing when all replicas are in full use;
/// without one, it gains less. For about an hour, and whenever a reading is missing, it is target tracking and nothing else.
/// </para>
/// <para>
/// Policies should leave the way down to it: a stabilization window or a cooldown for scale-downs of more than a few minutes, or one for
/// scale-ups that is longer than a start, takes back what it gains.
/// </para>
/// <para>
/// Source of the principle: "Autopilot: workload autoscaling at Google" (EuroSys 2020), with learned quantiles of the forecast error as
/// headrooms, and the exponentially weighted average of Cesa-Bianchi and Lugosi, "Prediction, Learning, and Games" (2006), in place of its
/// best model alone.
/// </para>
/// </remarks>
public sealed record ForecastRule : ScalingRule
{
    internal static readonly TimeSpan UsualStart = TimeSpan.FromSeconds(60);

    private static readonly Bounds<double> Objectives = new(0, 95, above: true);
    private static readonly Bounds<double> Weights = new(1, 50);
    private static readonly Bounds<TimeSpan> Starts = new(TimeSpan.Zero, TimeSpan.FromMinutes(30));
    private static readonly Bounds<TimeSpan> Holds = new(TimeSpan.Zero, TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public override string Name { get; init; } = "forecast";

    /// <summary>The target tracking that decides until the forecast is better, and that it is compared with.</summary>
    /// <value>CPU utilization at 70 % by default; its kind is <see cref="TargetKind.Utilization"/>.</value>
    /// <exception cref="ScalingException">It tracks something else (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public TargetTrackingRule Base
    {
        get;
        init => field = value is { Kind: TargetKind.Utilization, Activation: null }
            ? value
            : throw Bounds.Broken("Base of a forecast", "target tracking of a utilization, without activation", $"{value?.Kind}");
    }
    = new() { Metric = MetricRef.Cpu, Target = 70 };

    /// <summary>The metric that <see cref="Base"/> keeps at its target: a utilization in percent.</summary>
    public MetricRef Metric
    {
        get => Base.Metric;
        init => Base = Base with { Metric = value };
    }

    /// <summary>The utilization that <see cref="Base"/> keeps, in percent.</summary>
    /// <value>70 by default; more than 0.</value>
    public double Target
    {
        get => Base.Target;
        init => Base = Base with { Target = value };
    }

    /// <summary>A metric that holds the load of the whole target and does not saturate, such as requests per second.</summary>
    /// <value><see langword="null"/> by default: the load is taken from the utilization, which ends at 100 %.</value>
    public MetricRef? Load { get; init; }

    /// <summary>The utilization up to which a replica serves well, in percent: counts are made for it.</summary>
    /// <value>
    /// <see langword="null"/> by default: the target divided by 0.875 (80 for a target of 70). More than the target, at most 95.
    /// </value>
    public double? Objective
    {
        get;
        init => field = Objectives.Check(value, nameof(Objective));
    }

    /// <summary>What it costs to serve the load of one replica too short, in replicas: more of it buys more headroom.</summary>
    /// <value>5 by default; 1 to 50.</value>
    public double ShortageWeight
    {
        get;
        init => field = Weights.Check(value, nameof(ShortageWeight));
    }
    = 5;

    /// <summary>How long a replica takes from being asked for to serving.</summary>
    /// <value>
    /// <see langword="null"/> by default: learned from the replicas' own start and ready times (what 9 of the last 10 starts took at most),
    /// 60 s until one is known. 0 to 30 minutes.
    /// </value>
    public TimeSpan? StartDelay
    {
        get;
        init => field = Starts.Check(value, nameof(StartDelay));
    }

    /// <summary>For how long the highest count that was forecast is kept on the way down.</summary>
    /// <value>60 s by default; 0 to 10 minutes.</value>
    public TimeSpan Hold
    {
        get;
        init => field = Holds.Check(value, nameof(Hold));
    }
    = TimeSpan.FromSeconds(60);

    /// <summary>What is done with the forecast.</summary>
    /// <value><see cref="ForecastMode.Observe"/> by default.</value>
    public ForecastMode Mode { get; init; }

    /// <summary>Whether it learns the load of each minute of the day and of each five minutes of the week: 7 kB for each target.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Seasons { get; init; } = true;

    /// <summary>The IANA name of the zone in which days begin, if people in one zone make the load.</summary>
    /// <value><see cref="TimeZoneInfo.Utc"/> by default.</value>
    /// <exception cref="ScalingException">There is no such zone (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public string TimeZone
    {
        get;
        init => (field, Zone) = (value, FindZone(value));
    }
    = "UTC";

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => Load is null ? [Metric] : [Metric, Load];

    /// <inheritdoc/>
    public override bool Remembers => true;

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    internal TimeZoneInfo Zone { get; private init; } = TimeZoneInfo.Utc;

    /// <summary>The objective as a share.</summary>
    internal double ObjectiveShare => (Objective ?? Math.Min(95, Target / .875)) / 100;

    /// <inheritdoc/>
    public override RuleDescription Describe() => Base.Describe() with { NeedsReplicas = Load is null };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context)
    {
        var tracked = Base.Recommend(context);

        // Whoever may decide by the load, and cannot read it, takes nothing away.
        if (Mode == ForecastMode.Full && Load is not null && !context.TryRead(Load, out _, out var trouble))
            return tracked.Kind == RecommendationKind.Replicas && tracked.Replicas <= context.Current ? trouble : tracked;
        return ForecastLoad.Read(this, context) is { } read
            ? new ForecastRun(this, context.Memory).Evaluate(context, tracked, read)
            : tracked;
    }

    /// <inheritdoc/>
    public override int Project(in RuleContext context, int replicas, in Recommendation recommended) =>
        recommended.Reason == RecommendationReason.Forecast ? recommended.Replicas : Base.Project(context, replicas, recommended);

    private static TimeZoneInfo FindZone(string name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw Bounds.Broken(nameof(TimeZone), "the name of a time zone, such as Europe/Berlin", name);
}
