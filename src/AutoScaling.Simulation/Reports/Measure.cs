using System.Collections.Immutable;

namespace AutoScaling.Simulation.Reports;

/// <summary>How a measure is written.</summary>
internal enum MeasureFormat
{
    Number,
    Count,
    Seconds,
}

/// <summary>One measure of a scorecard: what it is called, what it means, and what to beware of.</summary>
internal sealed record Measure
{
    /// <summary>The name in JSON and CSV, with the unit.</summary>
    public required string Key { get; init; }

    /// <summary>The heading of its column; empty where tables leave it out.</summary>
    public string Heading { get; init; } = "";

    public string Meaning { get; init; } = "";

    /// <summary>What has misled readers of this number, in a few words for its column and in a sentence; empty if nothing has.</summary>
    public (string Short, string Sentence) Pitfall { get; init; } = ("", "");

    public MeasureFormat Format { get; init; }

    /// <summary>Whether the least value is marked as the best. Not where more waste or less service would win.</summary>
    public bool LessIsBetter { get; init; }

    public bool IsRatioOfScores { get; init; }

    /// <summary>The value, given the scores and those of the baseline on the same trace.</summary>
    public required Func<Scorecard, Scorecard, double> Of { get; init; }

    public string Text(double value) => Format switch
    {
        MeasureFormat.Seconds => Numbers.Latency(value),
        MeasureFormat.Count => Numbers.Count(value),
        _ => Numbers.Score(value),
    };

    public static readonly ImmutableArray<Measure> All =
    [
        new()
        {
            Key = "j", Heading = "J", LessIsBetter = true, Of = (s, _) => s.J,
            Meaning = "cost + 5 · share of requests in shortage: one number to rank by, less is better.",
        },
        new()
        {
            Key = "underProvisioningPercent", Heading = "θU %", LessIsBetter = true, Of = (s, _) => s.UnderProvisioning,
            Meaning = "missing replicas as a share of demand, on average over time.",
        },
        new()
        {
            Key = "overProvisioningPercent", Heading = "θO %", Of = (s, _) => s.OverProvisioning,
            Meaning = "spare replicas as a share of demand, on average over time.",
            Pitfall = ("explodes at low demand", "It explodes when demand is low (nights): read the cost instead."),
        },
        new()
        {
            Key = "underTimePercent", Heading = "τU %", LessIsBetter = true, Of = (s, _) => s.UnderTime,
            Meaning = "share of time with too few replicas.",
            Pitfall = ("1 of 50 like 40 of 50", "It counts 1 of 50 missing like 40 of 50: read the shortage too."),
        },
        new()
        {
            Key = "overTimePercent", Heading = "τO %", Of = (s, _) => s.OverTime,
            Meaning = "share of time with more replicas than needed.",
        },
        new()
        {
            Key = "atMaximumTimePercent", Heading = "max %", Of = (s, _) => s.AtMaximumTime,
            Meaning = "share of time at the most replicas that the policy allows.",
            Pitfall = ("then its range decides", "Where it is large, the range or the assumed capacity has decided, and not the rules."),
        },
        new()
        {
            Key = "instabilityPercent", Heading = "υ %", LessIsBetter = true, Of = (s, _) => s.Instability,
            Meaning = "instability: share of time in which supply and demand do not move the same way.",
        },
        new()
        {
            Key = "jitterPerMinute", Heading = "jitter", Of = (s, _) => s.Jitter,
            Meaning = "replicas changed per minute, less those that demand changed.",
        },
        new()
        {
            Key = "elasticSpeedup", Heading = "ε", IsRatioOfScores = true, Of = (s, b) => s.ElasticSpeedup(b),
            Meaning = "elastic speedup against the baseline; more than 1 is better.",
            Pitfall = ("rewards waste", "It rewards waste: never rank by it, and read it beside the cost."),
        },
        new()
        {
            Key = "relativeCost", Heading = "cost", LessIsBetter = true, Of = (s, _) => s.RelativeCost,
            Meaning = "replica-hours divided by those of a clairvoyant with the same start delay.",
        },
        new()
        {
            Key = "replicaHours", Heading = "rep-h", Of = (s, _) => s.ReplicaHours,
            Meaning = "hours of ready replicas.",
        },
        new() { Key = "paidReplicaHours", Of = (s, _) => s.PaidReplicaHours },
        new()
        {
            Key = "shortageSharePercent", Heading = "short %", LessIsBetter = true, Of = (s, _) => s.ShortageShare,
            Meaning = "share of requests that arrive while there are too few replicas.",
        },
        new()
        {
            Key = "droppedSharePercent", Heading = "drop %", LessIsBetter = true, Of = (s, _) => s.DroppedShare,
            Meaning = "share of requests that are dropped.",
        },
        new()
        {
            Key = "latencyP50Seconds", Heading = "p50", LessIsBetter = true, Format = MeasureFormat.Seconds,
            Of = (s, _) => s.LatencyP50.TotalSeconds,
            Meaning = "response time that half of the requests do not exceed.",
        },
        new()
        {
            Key = "latencyP95Seconds", Heading = "p95", LessIsBetter = true, Format = MeasureFormat.Seconds,
            Of = (s, _) => s.LatencyP95.TotalSeconds,
            Meaning = "response time that 95 % of the requests do not exceed.",
        },
        new()
        {
            Key = "latencyP99Seconds", Heading = "p99", LessIsBetter = true, Format = MeasureFormat.Seconds,
            Of = (s, _) => s.LatencyP99.TotalSeconds,
            Meaning = "response time that 99 % of the requests do not exceed.",
        },
        new()
        {
            Key = "overObjectiveSharePercent", Heading = ">obj %", LessIsBetter = true, Of = (s, _) => s.OverObjectiveShare,
            Meaning = "share of requests that take longer than the objective or are dropped.",
        },
        new()
        {
            Key = "scalings", Heading = "scal", Format = MeasureFormat.Count, Of = (s, _) => s.ScaleUps + s.ScaleDowns,
            Meaning = "how often replicas were added or removed.",
        },
        new() { Key = "scaleUps", Format = MeasureFormat.Count, Of = (s, _) => s.ScaleUps },
        new() { Key = "scaleDowns", Format = MeasureFormat.Count, Of = (s, _) => s.ScaleDowns },
        new()
        {
            Key = "reversals", Heading = "rev", Format = MeasureFormat.Count, Of = (s, _) => s.Reversals,
            Meaning = "scalings that went the other way than the one before.",
        },
        new() { Key = "missingReplicas", Of = (s, _) => s.MissingReplicas },
        new() { Key = "spareReplicas", Of = (s, _) => s.SpareReplicas },
        new() { Key = "scoredHours", Of = (s, _) => s.Hours },
    ];

    /// <summary>Those that tables show.</summary>
    public static readonly ImmutableArray<Measure> Shown = [.. All.Where(m => m.Heading.Length > 0)];

    /// <summary>What demand means, on which all scores depend.</summary>
    public const string DemandDefinition =
        "Demand is max(1, ceil(load / (objective utilization · capacity per replica))). "
        + "All scores depend on it: they compare only where it is the same.";

    public const string MeansDefinition =
        "Means give each trace the same weight; of ε it is the geometric mean, and of response times the mean of the traces' percentiles.";
}
