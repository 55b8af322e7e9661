using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>How long readings are kept by a <see cref="CachingMetricsProvider"/>.</summary>
public sealed class MetricsCacheOptions
{
    /// <summary>How long a reading is given to all who ask, before the source is asked again.</summary>
    /// <value>
    /// More than 0. Default 15 seconds. Keep it below the interval of the policies, or they decide twice on the same readings.
    /// </value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Up to what age the last values are still given as usable while the source fails; older ones are given as stale.</summary>
    /// <value>
    /// At least 0 (none are). Default 60 seconds. The age is the time since the value was measured, or since it was fetched, whichever is
    /// longer.
    /// </value>
    public TimeSpan MaxStaleAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a metric that could not be read is told to be so to all who ask, before the source is asked for it again.
    /// </summary>
    /// <value>From 0 (not at all) to <see cref="TimeToLive"/>, both inclusive. Default 1 second.</value>
    public TimeSpan FailureTimeToLive { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the source may take to answer before that counts as a failure.</summary>
    /// <value>More than 0, at most 1 day. Default 10 seconds.</value>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is broken, one sentence each.</summary>
    internal IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        Check(TimeToLive, Bounds.PositiveTime, nameof(TimeToLive));
        Check(MaxStaleAge, Bounds.Time, nameof(MaxStaleAge));
        if (FailureTimeToLive < TimeSpan.Zero || FailureTimeToLive > TimeToLive)
        {
            var rule = $"between 0 and {nameof(TimeToLive)} ({Phrase.Exact(TimeToLive)})";
            errors.Add(Bounds.Broken(nameof(FailureTimeToLive), rule, FailureTimeToLive).Message);
        }

        Check(FetchTimeout, Bounds.WithinADay, nameof(FetchTimeout));
        return errors;

        void Check(TimeSpan value, Bounds<TimeSpan> bounds, string setting)
        {
            if (!bounds.Allow(value)) errors.Add(Bounds.Broken(setting, bounds.Rule, value).Message);
        }
    }

    /// <summary>The same options, which nobody changes any more.</summary>
    internal MetricsCacheOptions Copy() => (MetricsCacheOptions)MemberwiseClone();
}
