using System.Collections.Immutable;
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

    /// <summary>Loads that the policies will meet, on which each is tried; a minute or so of work for a month of load.</summary>
    /// <value>None by default: then nothing is found that only a load shows.</value>
    public ImmutableArray<LoadTrace> Loads { get => field.IsDefault ? [] : field; init; }

    /// <summary>What a replica serves in full use, in the unit of <see cref="Loads"/>.</summary>
    /// <value>
    /// <see langword="null"/> by default: as <see cref="ServiceModel.For"/> derives it for each policy's range; otherwise more than 0.
    /// </value>
    public double? CapacityPerReplica
    {
        get;
        init => field = Bounds.Positive.Check(value, nameof(CapacityPerReplica));
    }
}
