using System.Collections.Immutable;
using AutoScaling.Primitives;
using AutoScaling.Rules.Queueing;

namespace AutoScaling;

/// <summary>
/// Asks for the least replicas that keep response times to an objective, by queueing theory: from the arrivals, the time that a request is
/// served, and how many a replica serves at once.
/// </summary>
/// <remarks>
/// <para>
/// The model is an M/M/c queue: 95 % of the responses within the objective need a reserve above the load that grows with the load's root
/// only, so large targets run fuller than small ones, up to <see cref="MaxUtilization"/>. Where a request alone takes longer than the
/// objective, no count helps: it then asks for as many as let hardly any request wait.
/// </para>
/// <para>
/// The service time is given, or learned from what the replicas are busy with: the utilization law. While replicas are in full use, it can
/// only be learned to be longer. Until it is known, the rule never asks for fewer. Real services are not quite this model: a measured
/// latency, if there is one, corrects the count slowly, and between 0.75 and 2 times the model's at most.
/// </para>
/// <para>
/// Sources: Erlang's delay formula (Kleinrock, Queueing Systems I, 1975); Halfin and Whitt, "Heavy-traffic limits for queues with many
/// exponential servers" (1981), for the reserve from which the search starts; the utilization law of Denning and Buzen, "The operational
/// analysis of queueing network models" (1978).
/// </para>
/// </remarks>
public sealed record QueueingRule : ScalingRule
{
    internal static readonly Bounds<double> Percentiles = new(50, 100, below: true);
    internal static readonly Bounds<double> Utilizations = new(1, 100);

    /// <inheritdoc/>
    public override string Name { get; init; } = "latency";

    /// <summary>The metric that holds the requests that arrive at the whole target per second.</summary>
    public required MetricRef ArrivalMetric { get; init; }

    /// <summary>The response time, waiting included, that most requests should not exceed.</summary>
    /// <value>More than 0.</value>
    public required TimeSpan Objective
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(Objective));
    }

    /// <summary>How many of a hundred responses should be within the objective.</summary>
    /// <value>95 by default; at least 50 and less than 100.</value>
    public double Percentile
    {
        get;
        init => field = Percentiles.Check(value, nameof(Percentile));
    }
    = 95;

    /// <summary>How long a request is served on average, without waiting.</summary>
    /// <value><see langword="null"/> by default: it is learned from <see cref="UtilizationMetric"/>. More than 0.</value>
    public TimeSpan? ServiceTime
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(ServiceTime));
    }

    /// <summary>
    /// The metric from which the service time is learned: how busy the replicas are, where 100 % is all that
    /// <see cref="ConcurrencyPerReplica"/> allows.
    /// </summary>
    /// <value><see cref="MetricRef.Cpu"/> by default. It is not read where <see cref="ServiceTime"/> is given.</value>
    public MetricRef UtilizationMetric { get; init; } = MetricRef.Cpu;

    /// <summary>How many requests a replica serves at the same time.</summary>
    /// <value>1 by default; at least 1.</value>
    public int ConcurrencyPerReplica
    {
        get;
        init => field = Bounds.AtLeastOne.Check(value, nameof(ConcurrencyPerReplica));
    }
    = 1;

    /// <summary>
    /// The part of what the replicas can do at once that may be busy on average, in percent, whatever the objective allows.
    /// </summary>
    /// <value>
    /// 70 by default; 1 to 100. Queueing theory lets a large target run at 99 %, where the load may not grow at all until more replicas
    /// serve: what is left free is for that.
    /// </value>
    public double MaxUtilization
    {
        get;
        init => field = Utilizations.Check(value, nameof(MaxUtilization));
    }
    = 70;

    /// <summary>The metric that holds the response time at <see cref="Percentile"/>, in seconds, as it is measured.</summary>
    /// <value>
    /// <see langword="null"/> by default: the model is not corrected. Where its source has no value while nothing arrives, say in the
    /// policy's metrics what a missing value means: what cannot be read lets no replica go.
    /// </value>
    public MetricRef? LatencyMetric { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<MetricRef> Metrics => (ServiceTime, LatencyMetric) switch
    {
        (null, null) => [ArrivalMetric, UtilizationMetric],
        (null, { } latency) => [ArrivalMetric, UtilizationMetric, latency],
        (_, null) => [ArrivalMetric],
        (_, { } latency) => [ArrivalMetric, latency],
    };

    /// <inheritdoc/>
    public override bool Remembers => ServiceTime is null || LatencyMetric is not null;

    /// <inheritdoc/>
    public override bool FollowsCurrent => false;

    /// <summary>The share of responses that may take longer.</summary>
    internal double SlowShare => 1 - (Percentile / 100);

    /// <inheritdoc/>
    public override RuleDescription Describe() => new()
    {
        Comparisons =
        [
            new()
            {
                Metric = ArrivalMetric,
                Setting = "objective",
                Nature = MetricNature.TotalPerReplica,
                Edges = ServiceTime is { } each ? [MostOfOneReplica(each.TotalSeconds)] : [],
            },
        ],
    };

    /// <inheritdoc/>
    public override Recommendation Recommend(in RuleContext context) => new QueueingRun(this, context).Answer(context);

    /// <summary>The replicas that the model asks for.</summary>
    internal int Needed(double arrivals, double serviceTime) => Math.Max(
        Count.Needed(arrivals * serviceTime / ConcurrencyPerReplica / (MaxUtilization / 100)),
        ErlangC.LeastGroups(arrivals * serviceTime, ConcurrencyPerReplica, Objective.TotalSeconds / serviceTime, SlowShare));

    /// <summary>The arrivals up to which one replica is enough.</summary>
    private double MostOfOneReplica(double serviceTime)
    {
        var time = Objective.TotalSeconds / serviceTime;
        double low = 0, high = ConcurrencyPerReplica;
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if (ErlangC.IsEnough(ConcurrencyPerReplica, middle, time, SlowShare)) low = middle;
            else high = middle;
        }

        return Math.Min(low, ConcurrencyPerReplica * MaxUtilization / 100) / serviceTime;
    }
}
