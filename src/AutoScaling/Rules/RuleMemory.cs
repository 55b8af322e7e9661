using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AutoScaling.Primitives;
using AutoScaling.Rules;

namespace AutoScaling;

/// <summary>
/// What a rule remembers from one evaluation to the next: opaque, immutable chunks of bytes. A rule that changes one chunk shares the
/// others with the memory before, so that a large memory costs little at each evaluation. Equal when its bytes are. Thread-safe.
/// </summary>
/// <remarks>
/// A rule reads its memory from <see cref="RuleContext.Memory"/> and hands the next one out with its answer, as
/// <see cref="Recommendation.Memory"/>. The state keeps it by the rule's name. As JSON it is a list of Base64 texts.
/// </remarks>
[JsonConverter(typeof(RuleMemoryConverter))]
public sealed class RuleMemory : IEquatable<RuleMemory>
{
    private readonly ImmutableArray<ImmutableArray<byte>> _chunks;

    /// <summary>Creates a memory.</summary>
    /// <param name="chunks">The chunks; each is kept as it is, not copied.</param>
    public RuleMemory(params ImmutableArray<ImmutableArray<byte>> chunks) =>
        _chunks = chunks.IsDefault ? [] : chunks.Any(c => c.IsDefault) ? [.. chunks.Select(c => c.IsDefault ? [] : c)] : chunks;

    /// <summary>No memory: a rule that answers with it forgets everything.</summary>
    public static RuleMemory Empty { get; } = new();

    /// <summary>The chunks, in the rule's own order and form.</summary>
    public ImmutableArray<ImmutableArray<byte>> Chunks => _chunks;

    /// <summary>How many bytes all chunks have together.</summary>
    public int Length => _chunks.Sum(c => c.Length);

    /// <summary>Whether both have equal bytes in equal chunks.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(RuleMemory? left, RuleMemory? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(RuleMemory? left, RuleMemory? right) => !(left == right);

    /// <summary>The memory with another chunk in a place; all others are shared.</summary>
    /// <param name="index">The place, from 0.</param>
    /// <param name="chunk">The chunk.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public RuleMemory With(int index, ImmutableArray<byte> chunk) => new(_chunks.SetItem(index, chunk));

    /// <inheritdoc/>
    public bool Equals(RuleMemory? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || _chunks.Length != other._chunks.Length) return false;
        for (var i = 0; i < _chunks.Length; i++)
        {
            if (_chunks[i] != other._chunks[i] && !_chunks[i].AsSpan().SequenceEqual(other._chunks[i].AsSpan())) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RuleMemory);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var chunk in _chunks) hash.AddBytes(chunk.AsSpan());
        return hash.ToHashCode();
    }

    /// <summary>How much it is: <c>312 bytes</c>.</summary>
    public override string ToString() => $"{Phrase.Exact(Length)} bytes";
}
