namespace AutoScaling.Simulation;

/// <summary>How good the decisions of one backtest were, over its scored part.</summary>
public sealed record Scorecard
{
    /// <summary>θ_U: the missing replicas as a share of demand, on average over time, in percent.</summary>
    public required double UnderProvisioning { get; init; }

    /// <summary>
    /// θ_O: the spare replicas as a share of demand, on average over time, in percent. It explodes when demand is low; look at
    /// <see cref="RelativeCost"/> too.
    /// </summary>
    public required double OverProvisioning { get; init; }

    /// <summary>ā_O: the spare replicas as a share of supply, on average over time, in percent; at most 100.</summary>
    public required double OverProvisioningOfSupply { get; init; }

    /// <summary>
    /// τ_U: the share of time with too few replicas, in percent. One of fifty missing counts like forty; look at
    /// <see cref="ShortageShare"/> too.
    /// </summary>
    public required double UnderTime { get; init; }

    /// <summary>τ_O: the share of time with more replicas than needed, in percent.</summary>
    public required double OverTime { get; init; }

    /// <summary>
    /// The share of time in which the policy wants the most replicas that its range allows, in percent. Where it is large, the range (or
    /// the capacity that was assumed) has decided, and not the rules.
    /// </summary>
    /// <value>0 for a candidate without a policy.</value>
    public required double AtMaximumTime { get; init; }

    /// <summary>υ: the share of time in which supply and demand do not move the same way, in percent.</summary>
    public required double Instability { get; init; }

    /// <summary>k: the part of <see cref="Instability"/> in which supply moves up against demand, in percent.</summary>
    public required double InstabilityUp { get; init; }

    /// <summary>k': the part of <see cref="Instability"/> in which supply moves down against demand, in percent.</summary>
    public required double InstabilityDown { get; init; }

    /// <summary>
    /// The replicas changed by the policy less those that demand changed, per minute: more than 0 is more adaptation than demand asks for.
    /// </summary>
    public required double Jitter { get; init; }

    /// <summary>The replicas that were missing, on average over time.</summary>
    public required double MissingReplicas { get; init; }

    /// <summary>The replicas that were spare, on average over time.</summary>
    public required double SpareReplicas { get; init; }

    /// <summary>The hours of ready replicas.</summary>
    public required double ReplicaHours { get; init; }

    /// <summary>The hours of all replicas that exist and cost: starting, ready and draining.</summary>
    public required double PaidReplicaHours { get; init; }

    /// <summary><see cref="ReplicaHours"/> divided by those of a clairvoyant with the same start delay.</summary>
    public required double RelativeCost { get; init; }

    /// <summary>The share of requests that arrive while there are too few replicas, in percent.</summary>
    public required double ShortageShare { get; init; }

    /// <summary>The share of requests that are dropped, in percent.</summary>
    public required double DroppedShare { get; init; }

    /// <summary>The response time that half of the requests do not exceed.</summary>
    public required TimeSpan LatencyP50 { get; init; }

    /// <summary>The response time that 95 % of the requests do not exceed.</summary>
    public required TimeSpan LatencyP95 { get; init; }

    /// <summary>The response time that 99 % of the requests do not exceed.</summary>
    public required TimeSpan LatencyP99 { get; init; }

    /// <summary>The share of requests that take longer than the objective or are dropped, in percent.</summary>
    public required double OverObjectiveShare { get; init; }

    /// <summary>How often replicas were added.</summary>
    public required int ScaleUps { get; init; }

    /// <summary>How often replicas were removed.</summary>
    public required int ScaleDowns { get; init; }

    /// <summary>How often a scaling went the other way than the one before it.</summary>
    public required int Reversals { get; init; }

    /// <summary>The scored time, in hours.</summary>
    public required double Hours { get; init; }

    /// <summary>
    /// J: <see cref="RelativeCost"/> plus five times the share of requests that arrive in shortage. One number to rank by; less is better.
    /// </summary>
    public double J => RelativeCost + (5 * ShortageShare / 100);

    /// <summary>Scalings per hour.</summary>
    public double ScalingsPerHour => Hours > 0 ? (ScaleUps + ScaleDowns) / Hours : 0;

    /// <summary>
    /// Elastic speedup: the geometric mean of the ratios of the baseline's θ_U, θ_O, τ_U and τ_O to these; more than 1 is better than the
    /// baseline. It rewards waste: where nothing is ever missing it explodes, so every measure is counted as at least 0.01 %, and it should
    /// never be read without <see cref="RelativeCost"/>.
    /// </summary>
    /// <param name="baseline">The scores of the baseline on the same trace.</param>
    public double ElasticSpeedup(Scorecard baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        static double Ratio(double theirs, double ours) => Math.Max(theirs, 0.01) / Math.Max(ours, 0.01);
        return Math.Pow(
            Ratio(baseline.UnderProvisioning, UnderProvisioning) * Ratio(baseline.OverProvisioning, OverProvisioning)
            * Ratio(baseline.UnderTime, UnderTime) * Ratio(baseline.OverTime, OverTime),
            0.25);
    }
}
