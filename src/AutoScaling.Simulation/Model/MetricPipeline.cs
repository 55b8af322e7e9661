using AutoScaling.Primitives;

namespace AutoScaling.Simulation;

/// <summary>How what happens in the service becomes what a policy can read: sampled, averaged and late.</summary>
public sealed record MetricPipeline
{
    /// <summary>The time between two samples.</summary>
    /// <value>15 s by default; more than 0.</value>
    public TimeSpan ScrapePeriod
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(ScrapePeriod));
    }
    = TimeSpan.FromSeconds(15);

    /// <summary>The time up to the sample that a value is an average over.</summary>
    /// <value>15 s by default; more than 0.</value>
    public TimeSpan Window
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(Window));
    }
    = TimeSpan.FromSeconds(15);

    /// <summary>The time from a sample until it can be read.</summary>
    /// <value>0 by default; at least 0.</value>
    public TimeSpan PublicationLag
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(PublicationLag));
    }

    /// <summary>How long after it became ready a replica has no samples of its own.</summary>
    /// <value>0 by default; at least 0.</value>
    public TimeSpan InitialDelay
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(InitialDelay));
    }
}
