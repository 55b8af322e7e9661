using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>Where a replica is in its life.</summary>
[JsonConverter(typeof(WordConverter<ReplicaPhase>))]
public enum ReplicaPhase
{
    /// <summary>It is not running yet.</summary>
    Pending,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended well and will not run again.</summary>
    Succeeded,

    /// <summary>It ended badly and will not run again.</summary>
    Failed,
}

/// <summary>What a replica says of its own readiness.</summary>
[JsonConverter(typeof(WordConverter<ReplicaReadiness>))]
public enum ReplicaReadiness
{
    /// <summary>It has not said anything.</summary>
    NotReported,

    /// <summary>It is ready to serve.</summary>
    Ready,

    /// <summary>It is not ready to serve.</summary>
    NotReady,

    /// <summary>Whoever watches it does not know.</summary>
    Unknown,
}

/// <summary>One replica of a target, as the scaler sees it.</summary>
public readonly record struct Replica
{
    /// <summary>Its name, by which readings are matched.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is in its life.</summary>
    public ReplicaPhase Phase { get; init; }

    /// <summary>Whether it is being stopped.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>What it says of its readiness.</summary>
    public ReplicaReadiness Readiness { get; init; }

    /// <summary>When it was started; <see langword="null"/> if it has not been.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its readiness last changed.</summary>
    public DateTimeOffset? ReadinessChangedAt { get; init; }
}
