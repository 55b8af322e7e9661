using AutoScaling.Primitives;

namespace AutoScaling.Simulation;

/// <summary>How backtests run.</summary>
public sealed record BacktestOptions
{
    private static readonly Bounds<double> LessThanAll = new(0, 1, below: true);

    /// <summary>The time between two evaluations of policies that have none of their own.</summary>
    /// <value>30 s by default; more than 0.</value>
    public TimeSpan Interval
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(Interval));
    }
    = TimeSpan.FromSeconds(30);

    /// <summary>The step of the model, at which replicas become ready and everything is scored.</summary>
    /// <value>
    /// <see langword="null"/> by default: the longest step of at most 15 s and at least 1 s that divides the rows of the trace, the
    /// intervals and the scrape period. More than 0.
    /// </value>
    public TimeSpan? Step
    {
        get;
        init => field = Bounds.PositiveTime.Check(value, nameof(Step));
    }

    /// <summary>The share of the trace, from its start, that is run but not scored: policies may learn in it.</summary>
    /// <value>0.25 by default; at least 0, less than 1.</value>
    public double WarmUpShare
    {
        get;
        init => field = LessThanAll.Check(value, nameof(WarmUpShare));
    }
    = 0.25;

    /// <summary>Where chance starts; it draws the start delays.</summary>
    /// <value>1 by default.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many backtests run at the same time; it changes no result.</summary>
    /// <value><see langword="null"/> by default: one for each processor. At least 1.</value>
    public int? Parallelism
    {
        get;
        init => field = Bounds.AtLeastOne.Check(value, nameof(Parallelism));
    }
}
