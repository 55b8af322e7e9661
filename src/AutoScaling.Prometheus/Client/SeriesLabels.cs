using System.Buffers;
using System.Text.Json;

namespace AutoScaling.Prometheus.Client;

/// <summary>
/// The labels of the series that is being read, and which target they name. One is used for all series of an answer, and costs memory only
/// for names that were not in the last answer.
/// </summary>
internal sealed class SeriesLabels(AnswerShape shape, Answer known) : IDisposable
{
    private readonly Dictionary<string, TargetSeries>.AlternateLookup<ReadOnlySpan<char>> _known =
        known.Targets.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly Range[] _values = new Range[shape.Target?.Labels.Length ?? 0];

    // The labels' values, one behind the other, and the target's name.
    private char[] _chars = ArrayPool<char>.Shared.Rent(1024);
    private char[] _name = ArrayPool<char>.Shared.Rent(1024);
    private int _length;
    private Range? _replica;

    /// <summary>Whether a label names the replica.</summary>
    public bool HasReplicas => shape.ReplicaLabel is not null;

    /// <summary>Forgets the series before.</summary>
    public void Clear()
    {
        (_length, _replica) = (0, null);
        _values.AsSpan().Clear();
    }

    /// <summary>What a label is; the reader stands on its name.</summary>
    public Label Find(ref Utf8JsonReader reader)
    {
        var isReplica = shape.ReplicaLabel is { } replica && reader.ValueTextEquals(replica);
        for (var i = 0; i < _values.Length; i++)
        {
            if (reader.ValueTextEquals(shape.Target!.Labels[i])) return new(i, isReplica);
        }

        return new(-1, isReplica);
    }

    /// <summary>Keeps the value of a label; the reader stands on it.</summary>
    public void Keep(Label label, ref Utf8JsonReader reader)
    {
        var most = reader.ValueSpan.Length;
        if (_length + most > _chars.Length) Grow(ref _chars, _length + most);
        var length = reader.CopyString(_chars.AsSpan(_length));
        var range = new Range(_length, _length + length);
        _length += length;
        if (label.Number >= 0) _values[label.Number] = range;
        if (label.IsReplica) _replica = range;
    }

    /// <summary>The target that the labels name; <see langword="null"/> if one of them is not there.</summary>
    public string? Target()
    {
        if (shape.Target is not { } pattern) return Answer.TheOne;
        var length = 0;
        foreach (var value in _values)
        {
            // A label that is not there is one that is empty, to Prometheus too.
            if (value.GetOffsetAndLength(_length).Length == 0) return null;
            length += value.GetOffsetAndLength(_length).Length;
        }

        if (pattern.MostChars(length) > _name.Length) Grow(ref _name, pattern.MostChars(length));
        var name = _name.AsSpan(0, pattern.Write(_name, _chars, _values));
        return _known.TryGetValue(name, out var known, out _) ? known : name.ToString();
    }

    /// <summary>The replica that the labels name; <see langword="null"/> if they name none.</summary>
    public string? Replica() => _replica is { } name ? new string(_chars.AsSpan()[name]) : null;

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_chars);
        ArrayPool<char>.Shared.Return(_name);
    }

    private static void Grow(ref char[] array, int least)
    {
        var larger = ArrayPool<char>.Shared.Rent(least);
        array.CopyTo(larger, 0);
        ArrayPool<char>.Shared.Return(array);
        array = larger;
    }

    /// <summary>What a label is.</summary>
    /// <param name="Number">Its place in the target's name; -1 if it is not in it.</param>
    /// <param name="IsReplica">Whether it names the replica.</param>
    internal readonly record struct Label(int Number, bool IsReplica)
    {
        public bool IsLookedAt => Number >= 0 || IsReplica;
    }
}
