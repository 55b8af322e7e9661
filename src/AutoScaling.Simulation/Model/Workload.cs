using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>What a load needs, step by step; the same for all candidates on a trace.</summary>
public sealed record Workload
{
    /// <summary>The trace.</summary>
    public required LoadTrace Trace { get; init; }

    /// <summary>What is assumed of the service.</summary>
    public required ServiceModel Model { get; init; }

    /// <summary>The length of a step.</summary>
    public required TimeSpan Step { get; init; }

    /// <summary>The number of the first step that is scored.</summary>
    public required int ScoredFrom { get; init; }

    /// <summary>The load of each step: its average over the step.</summary>
    public required ImmutableArray<double> Load { get; init; }

    /// <summary>The fewest replicas that meet the objective in each step.</summary>
    public required ImmutableArray<int> Demand { get; init; }

    /// <summary>
    /// The replicas that a clairvoyant with the same (median) start delay asks for: the highest demand from each step until a start delay
    /// later.
    /// </summary>
    public required ImmutableArray<int> ClairvoyantDesired { get; init; }

    /// <summary>
    /// The replicas that the clairvoyant has ready: what it has been asking for during a whole start delay. Never fewer than demand.
    /// </summary>
    public required ImmutableArray<int> ClairvoyantReady { get; init; }
}
