namespace AutoScaling;

/// <summary>How long readings are kept by a <see cref="CachingMetricsProvider"/>.</summary>
public sealed class MetricsCacheOptions
{
    /// <summary>How long an answer of the source is given to all who ask, before the source is asked again.</summary>
    /// <value>More than 0. Default 15 seconds. Keep it below the interval of the policies, or they decide twice on the same readings.</value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Up to what age the last values are still given as usable while the source fails; older ones are given as stale.</summary>
    /// <value>At least 0 (none are). Default 60 seconds. The age is the time since the value was measured, or since it was fetched, whichever is longer.</value>
    public TimeSpan MaxStaleAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a failure of the source is given to all who ask for the same target, before the source is asked again.</summary>
    /// <value>From 0 (not at all) to <see cref="TimeToLive"/>, both inclusive. Default 1 second.</value>
    public TimeSpan FailureTimeToLive { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the source may take to answer before that counts as a failure.</summary>
    /// <value>More than 0, at most 1 day. Default 10 seconds.</value>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(10);

    internal IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        if (TimeToLive <= TimeSpan.Zero) errors.Add($"TimeToLive must be more than 00:00:00, but is {TimeToLive}.");
        if (MaxStaleAge < TimeSpan.Zero) errors.Add($"MaxStaleAge must be at least 00:00:00, but is {MaxStaleAge}.");
        if (FailureTimeToLive < TimeSpan.Zero || FailureTimeToLive > TimeToLive)
            errors.Add($"FailureTimeToLive must be between 00:00:00 and TimeToLive ({TimeToLive}), but is {FailureTimeToLive}.");
        if (FetchTimeout <= TimeSpan.Zero || FetchTimeout > TimeSpan.FromDays(1))
            errors.Add($"FetchTimeout must be more than 00:00:00 and at most 1.00:00:00, but is {FetchTimeout}.");
        return errors;
    }
}
