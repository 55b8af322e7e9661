using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The least and the most replicas that a target may have, both inclusive.</summary>
/// <remarks><c>default</c> is the range 0 to 0.</remarks>
public readonly record struct ReplicaRange
{
    /// <summary>Creates a range.</summary>
    /// <param name="min">The least replicas, at least 0.</param>
    /// <param name="max">The most replicas, at least <paramref name="min"/>.</param>
    /// <exception cref="ScalingException">A bound breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    [JsonConstructor]
    public ReplicaRange(int min, int max)
    {
        Min = Bounds.Count.Check(min, nameof(Min));
        Max = max >= min ? max : throw Bounds.Broken(nameof(Max), $"at least Min ({min})", max);
    }

    /// <summary>The least replicas, inclusive.</summary>
    public int Min { get; }

    /// <summary>The most replicas, inclusive.</summary>
    public int Max { get; }

    /// <summary>Whether <paramref name="replicas"/> lies inside the range.</summary>
    /// <param name="replicas">The count to look at.</param>
    public bool Contains(int replicas) => replicas >= Min && replicas <= Max;

    /// <summary>The count inside the range that is nearest to <paramref name="replicas"/>.</summary>
    /// <param name="replicas">The count to bring into the range.</param>
    public int Clamp(int replicas) => Math.Clamp(replicas, Min, Max);

    /// <summary>The range as <c>1..10</c>.</summary>
    public override string ToString() => $"{Min}..{Max}";
}
