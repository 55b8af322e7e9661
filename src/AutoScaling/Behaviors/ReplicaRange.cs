using System.Text.Json.Serialization;
using AutoScaling.Primitives;

namespace AutoScaling;

/// <summary>The least and the most replicas that a target may have, both inclusive.</summary>
/// <remarks><c>default</c> is the range 0 to 0.</remarks>
public readonly record struct ReplicaRange
{
    // 0 for any count: every decision holds a range, so it is packed.
    private readonly int _unit;

    /// <summary>Creates a range.</summary>
    /// <param name="min">The least replicas, at least 0.</param>
    /// <param name="max">The most replicas, at least <paramref name="min"/>.</param>
    /// <param name="multipleOf">What every count is a multiple of, at least 1, and so are both bounds; <see langword="null"/> or 1 for any
    /// count.</param>
    /// <exception cref="ScalingException">A bound breaks its rule (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    [JsonConstructor]
    public ReplicaRange(int min, int max, int? multipleOf = null)
    {
        Min = Bounds.Count.Check(min, nameof(Min));
        Max = max >= min ? max : throw Bounds.Broken(nameof(Max), $"at least Min ({min})", max);
        if (Bounds.AtLeastOne.Check(multipleOf, nameof(MultipleOf)) is not { } unit || unit == 1) return;
        _unit = unit;
        if (min % unit != 0) throw Bounds.Broken(nameof(Min), $"a multiple of MultipleOf ({unit})", min);
        if (max % unit != 0) throw Bounds.Broken(nameof(Max), $"a multiple of MultipleOf ({unit})", max);
    }

    // A range that was checked before.
    private ReplicaRange((int Min, int Max, int Unit) numbers) => (Min, Max, _unit) = numbers;

    /// <summary>The least replicas, inclusive.</summary>
    public int Min { get; }

    /// <summary>The most replicas, inclusive.</summary>
    public int Max { get; }

    /// <summary>What every count is a multiple of, as shards and units of capacity want it.</summary>
    /// <value><see langword="null"/> by default: any count; otherwise more than 1.</value>
    /// <remarks>
    /// Whatever is asked for or allowed is rounded up to it at last, so a rate limit that is smaller holds back every scale-down.
    /// </remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MultipleOf => _unit == 0 ? null : _unit;

    /// <summary>Whether <paramref name="replicas"/> is a count of the range.</summary>
    /// <param name="replicas">The count to look at.</param>
    public bool Contains(int replicas) => replicas >= Min && replicas <= Max && (_unit == 0 || replicas % _unit == 0);

    /// <summary>The count of the range that is nearest to <paramref name="replicas"/>; between two multiples the upper one.</summary>
    /// <param name="replicas">The count to bring into the range.</param>
    public int Clamp(int replicas)
    {
        var inside = Math.Clamp(replicas, Min, Max);

        // Both bounds are multiples, so rounding up never leaves the range.
        return _unit != 0 && inside % _unit is > 0 and var rest ? inside - rest + _unit : inside;
    }

    /// <summary>The range with other ends, and all else that it has.</summary>
    /// <exception cref="ScalingException">An end breaks its rule.</exception>
    internal ReplicaRange With(int? min, int? max) =>
        (min ?? Min) == Min && (max ?? Max) == Max ? this : new(min ?? Min, max ?? Max, MultipleOf); // nearly always they are the same

    /// <summary>A count that a person asks for, if it is one of the range.</summary>
    /// <exception cref="ScalingException">It is not (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    internal int Check(int replicas, ScalingTarget target)
    {
        var unit = MultipleOf is { } multiple ? $", and a multiple of MultipleOf ({Phrase.Exact(multiple)})" : "";
        return Contains(replicas)
            ? replicas
            : throw Bounds.Broken(
                $"Replicas of '{target}'",
                $"between Min ({Phrase.Exact(Min)}) and Max ({Phrase.Exact(Max)}){unit}",
                replicas);
    }

    /// <summary>The range as three numbers, which take less room in an object than the range itself does.</summary>
    internal (int Min, int Max, int Unit) Numbers => (Min, Max, _unit);

    /// <summary>The range of <see cref="Numbers"/>.</summary>
    internal static ReplicaRange Of((int Min, int Max, int Unit) numbers) => new(numbers);

    /// <summary>The largest count that is allowed and no more than another, whatever the bounds.</summary>
    internal int Floor(int replicas) => _unit != 0 ? replicas - (replicas % _unit) : replicas;

    /// <summary>The range as <c>1..10</c>, or <c>4..12 by 4</c>.</summary>
    public override string ToString() => MultipleOf is { } unit ? $"{Min}..{Max} by {unit}" : $"{Min}..{Max}";
}
