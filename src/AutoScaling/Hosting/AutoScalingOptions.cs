namespace AutoScaling;

/// <summary>The settings of the loop, and what policies get that leave a setting out. Checked when the host starts.</summary>
public sealed class AutoScalingOptions
{
    /// <summary>The time between two evaluations of a target whose policy does not say.</summary>
    /// <value>30 s by default; at least 100 ms, at most 24 hours.</value>
    public TimeSpan Interval { get; set; } = PolicyDefaults.Interval;

    /// <summary>
    /// The share of a target's interval over which first evaluations are spread, so that not all targets are due at once.
    /// </summary>
    /// <value>0.1 by default; 0 to 1.</value>
    public double StartJitter { get; set; } = 0.1;

    /// <summary>How many targets are evaluated at once.</summary>
    /// <value>256 by default; at least 1.</value>
    public int MaxConcurrency { get; set; } = 256;

    /// <summary>
    /// How long an evaluation may take: half of it to read, half of it to scale. What takes longer is given up and has failed, also where
    /// it blocks its thread: another thread goes on, and what was given up is not called again for that target until it has come back.
    /// Where states are saved, to save a scaling before it is carried out may take half of it once more, and a scale-down all of it. An
    /// observer may take as long for one record; to save states may take as long, or <see cref="SaveInterval"/> if that is longer.
    /// </summary>
    /// <value>10 s by default; more than 0.</value>
    public TimeSpan EvaluationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many evaluations of each target are kept for <see cref="IAutoScaler.GetRecent"/>.</summary>
    /// <value>10 by default; at least 1.</value>
    public int RecentRecords { get; set; } = 10;

    /// <summary>
    /// How many evaluations of all targets together are kept for <see cref="IAutoScaler.GetRecent"/>: in a host of many targets each keeps
    /// fewer than <see cref="RecentRecords"/>, and always its last. One takes about 300 bytes, and twice that if there is more to it than
    /// figures: an error, a person's word, readings of single replicas.
    /// </summary>
    /// <value>100,000 by default; at least 1.</value>
    public int RecentRecordsInAll { get; set; } = 100_000;

    /// <summary>
    /// The longest time between a change of what is remembered and its saving, if it is saved at all. A scaling is saved
    /// before it is carried out, and what came of it within a second. After a crash, what may have been recommended since the last saving
    /// holds scale-downs for their whole stabilization window; after a clean stop all is known.
    /// </summary>
    /// <value>30 s by default; more than 0.</value>
    public TimeSpan SaveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the host evaluates on its own; if not, call <see cref="IAutoScaler.TickAsync"/>.</summary>
    /// <value><see langword="true"/> by default.</value>
    public bool RunLoop { get; set; } = true;

    /// <summary>
    /// Whether the host scales nothing, but decides, records, exports and explains: every policy then has
    /// <see cref="ScalingMode.Recommend"/>. Read when a policy is loaded.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool RecommendOnly { get; set; }

    /// <summary>What policies get that leave a setting out. Read once, when the host starts.</summary>
    /// <value>By default 1 to 10 replicas, a CPU target of 70 %, no memory target, cooldowns of 300 s (up) and 600 s (down).</value>
    public PolicyDefaults Defaults { get; set; } = new();
}
