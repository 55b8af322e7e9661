using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>One value of the setting that a sweep varies.</summary>
public sealed record SweepPoint
{
    /// <summary>The value.</summary>
    public required double Value { get; init; }

    /// <summary>The policy with that value.</summary>
    public required Candidate Candidate { get; init; }

    /// <summary>Replica-hours relative to a clairvoyant, as the mean over the traces.</summary>
    public required double RelativeCost { get; init; }

    /// <summary>The share of requests that arrive in shortage in percent, as the mean over the traces.</summary>
    public required double ShortageShare { get; init; }

    /// <summary>τ_U in percent, as the mean over the traces.</summary>
    public required double UnderTime { get; init; }

    /// <summary>J, as the mean over the traces.</summary>
    public required double J { get; init; }
}

/// <summary>Cost against shortage, over the values of one setting.</summary>
public sealed record SweepCurve
{
    /// <summary>The setting that varies.</summary>
    public required string Setting { get; init; }

    /// <summary>The values, in the order in which they were given.</summary>
    public required ImmutableArray<SweepPoint> Points { get; init; }
}
