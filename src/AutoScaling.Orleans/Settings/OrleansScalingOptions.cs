namespace AutoScaling.Orleans;

/// <summary>
/// How the silos of a cluster share out the targets. The same on all silos and clients of the cluster. Checked at the start.
/// </summary>
public sealed class OrleansScalingOptions
{
    /// <summary>
    /// Into how many buckets the targets are divided, by a hash of their names. A bucket has one silo at a time, so there should be many
    /// more of them than silos. All silos must have the same number: to change it, stop all of them first.
    /// </summary>
    /// <value>256 by default; 1 to 65,536.</value>
    public int Buckets { get; set; } = 256;

    /// <summary>
    /// How often each silo pokes every bucket, so that one whose silo is lost begins on another one, and a silo that joins is seen.
    /// </summary>
    /// <value>1 s by default; at least 100 ms, at most 24 hours.</value>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a poke may take. One that has not come back by then is given up, and the bucket is poked again.</summary>
    /// <value>2 s by default; more than 0, at most an hour.</value>
    public TimeSpan PokeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// For how long after a poke a bucket's targets are its silo's, by that silo's clock that is never set. A silo that was stopped for
    /// longer scales nothing of what it was about to, and loads the states of its targets again, as another silo may have gone on
    /// meanwhile. It must be shorter than the other silos take to give up a silo that does not answer.
    /// </summary>
    /// <value>
    /// By default what Orleans takes at least to give up a silo, <c>MinProbeTimeout * NumMissedProbesLimit</c> of its
    /// <c>ClusterMembershipOptions</c>: 7.5 s with the settings of Orleans, 3 s with those that this package recommends. At least two
    /// ticks.
    /// </value>
    public TimeSpan? Lease { get; set; }

    /// <summary>
    /// The grain storage that the state of each target is kept in, by its name. Without one of that name the default storage is used.
    /// </summary>
    /// <value><c>AutoScaling</c> by default; not empty.</value>
    public string Storage { get; set; } = "AutoScaling";

    /// <summary>Whether silos that have more than their share of the buckets hand some to those that have less.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool Balance { get; set; } = true;

    /// <summary>
    /// How long a call of <see cref="IAutoScaler"/> waits for the silo that looks after the target. To scale by hand, and to evaluate, may
    /// take twice <see cref="AutoScalingOptions.EvaluationTimeout"/> beyond that.
    /// </summary>
    /// <value>5 s by default; more than 0, at most an hour.</value>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
