namespace AutoScaling;

/// <summary>How simulated readings vary over time. As it comes, they do not.</summary>
public sealed class SimulatedMetricsOptions
{
    /// <summary>How far a reading may be from the target's own value, as a part of it.</summary>
    /// <value>From 0 (never moves) to 1 (between nothing and twice the value), both inclusive. Default 0. CPU and memory never exceed 100 percent.</value>
    public double Variation { get; set; }

    /// <summary>How long a wave takes from one peak to the next.</summary>
    /// <value>At least 1 second. Default 10 minutes.</value>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where the waves start and what the noise is; it does not change the values that the waves move around.</summary>
    /// <value>Any number. Default 0.</value>
    public ulong Seed { get; set; }

    internal IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        if (Variation is not (>= 0 and <= 1)) errors.Add(FormattableString.Invariant($"Variation must be between 0 and 1, but is {Variation}."));
        if (Period < TimeSpan.FromSeconds(1)) errors.Add($"Period must be at least 00:00:01, but is {Period}.");
        return errors;
    }
}
