using AutoScaling.Primitives;

namespace AutoScaling.Simulation;

/// <summary>What a checked policy will run in.</summary>
public sealed record LintOptions
{
    /// <summary>How long a replica takes until it serves.</summary>
    /// <value>60 s by default; at least 0.</value>
    public TimeSpan StartDelay
    {
        get;
        init => field = Bounds.Time.Check(value, nameof(StartDelay));
    }
    = TimeSpan.FromSeconds(60);

    /// <summary>The loop's time between two evaluations, for policies that have none of their own.</summary>
    /// <value>30 s by default; more than 0.</value>
    public TimeSpan Interval
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(Interval));
    }
    = TimeSpan.FromSeconds(30);
}
