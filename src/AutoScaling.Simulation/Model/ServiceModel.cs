using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation;

/// <summary>
/// What is assumed of the service whose scaling is tried out: a fluid model with a shared queue. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Demand is <c>max(1, ceil(load / (<see cref="ObjectiveUtilization"/> · <see cref="CapacityPerReplica"/>)))</c>: the fewest replicas that
/// meet the objective.
/// </remarks>
public sealed record ServiceModel
{
    /// <summary>The metrics that every model publishes, under any source's name.</summary>
    public static readonly ImmutableSortedDictionary<string, ModelMetric> DefaultMetrics = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new KeyValuePair<string, ModelMetric>[]
        {
            new(MetricRef.Cpu.Name, ModelMetric.Of(ModelSignal.Utilization)),
            new(MetricRef.RequestRate.Name, ModelMetric.Of(ModelSignal.ArrivalRate)),
            new("queue", ModelMetric.Of(ModelSignal.Queue)),
            new("concurrency", ModelMetric.Of(ModelSignal.Concurrency)),
        });

    private const double UsualReplicas = 24, UsualPart = 0.6;

    private static readonly Bounds<double> Share = new(0, 1, above: true);

    /// <summary>The load that one replica serves at full utilization, in the unit of the trace.</summary>
    /// <value>More than 0.</value>
    public required double CapacityPerReplica
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(CapacityPerReplica));
    }

    /// <summary>The utilization up to which a replica meets its objective.</summary>
    /// <value>0.8 by default; more than 0, at most 1.</value>
    public double ObjectiveUtilization
    {
        get;
        init => field = Share.Check(value, nameof(ObjectiveUtilization));
    }
    = 0.8;

    /// <summary>How long a replica takes from being asked for to serving.</summary>
    /// <value>A constant 60 s by default.</value>
    public StartDelay StartDelay { get; init; } = StartDelay.Constant(TimeSpan.FromSeconds(60));

    /// <summary>How long a ready replica takes to reach its full capacity, in a straight line.</summary>
    /// <value>0 by default (at once); at least 0.</value>
    public TimeSpan WarmUp
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(WarmUp));
    }

    /// <summary>The share of its capacity that a replica begins with.</summary>
    /// <value>0.5 by default; more than 0, at most 1. Without <see cref="WarmUp"/> it has no effect.</value>
    public double InitialCapacity
    {
        get;
        init => field = Share.Check(value, nameof(InitialCapacity));
    }
    = 0.5;

    /// <summary>How long a request waits at most before it is dropped.</summary>
    /// <value>30 s by default; at least 0, and 0 drops at once what cannot be served.</value>
    public TimeSpan Timeout
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(Timeout));
    }
    = TimeSpan.FromSeconds(30);

    /// <summary>How long a removed replica finishes what it began, at the usual cost and without taking new work.</summary>
    /// <value>0 by default; at least 0.</value>
    public TimeSpan Drain
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(Drain));
    }

    /// <summary>
    /// How many requests a replica serves at the same time. A request then takes this many, divided by the capacity, seconds on average.
    /// </summary>
    /// <value>1 by default; at least 1.</value>
    public int ConcurrencyPerReplica
    {
        get;
        init => field = Bounds.AtLeastOne.Check(value, nameof(ConcurrencyPerReplica));
    }
    = 1;

    /// <summary>The response time that requests should not exceed.</summary>
    /// <value><see langword="null"/> by default: five times the average service time. More than 0.</value>
    public TimeSpan? LatencyObjective
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(LatencyObjective));
    }

    /// <summary>The objective in seconds: as set, or five times the average service time.</summary>
    internal double LatencyObjectiveSeconds => LatencyObjective?.TotalSeconds ?? (5.0 * ConcurrencyPerReplica / CapacityPerReplica);

    /// <summary>How the policy gets to know what happens.</summary>
    public MetricPipeline Pipeline { get; init; } = new();

    /// <summary>The metrics by name, whatever source a policy asks for them.</summary>
    /// <value><see cref="DefaultMetrics"/> by default.</value>
    public ImmutableSortedDictionary<string, ModelMetric> Metrics { get; init; } = DefaultMetrics;

    /// <summary>
    /// A model for a trace whose capacity is not known: the 99th percentile of the load needs 24 replicas in full use. Where ranges are
    /// given, the load has to fit them, or they would decide instead of the rules: it needs at least twice the largest minimum, and at most
    /// 60 % of the smallest maximum, which leaves a quarter of it free where replicas are to be at 80 %.
    /// </summary>
    /// <param name="trace">The trace.</param>
    /// <param name="ranges">The ranges of the policies that are tried; those that allow no replicas do not count.</param>
    public static ServiceModel For(LoadTrace trace, params IEnumerable<ReplicaRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(ranges);
        var (least, most) = (0, int.MaxValue);
        foreach (var range in ranges.Where(r => r.Max > 0)) (least, most) = (Math.Max(least, range.Min), Math.Min(most, range.Max));
        var replicas = Math.Min(Math.Max(UsualReplicas, 2.0 * least), UsualPart * most);
        var p99 = trace.Quantile(0.99);
        return new() { CapacityPerReplica = p99 > 0 ? p99 / replicas : 1 };
    }

    /// <summary>The fewest replicas that meet the objective.</summary>
    /// <param name="load">The load.</param>
    public int Demand(double load)
    {
        // Division may give one part in a billion too much, for which nobody needs another replica.
        var exact = load / (ObjectiveUtilization * CapacityPerReplica);
        return (int)Math.Clamp(Math.Ceiling(exact * (1 - 1e-9)), 1, int.MaxValue);
    }
}
