using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AutoScaling.Prometheus.Client;

/// <summary>
/// Reads an answer of <c>/api/v1/query</c> in one pass, without a tree: of 10,000 series only names that were not in the last answer cost
/// memory of their own.
/// </summary>
internal ref struct AnswerReader
{
    private readonly AnswerShape _shape;
    private readonly Answer _answer;
    private readonly Dictionary<string, TargetSeries>.AlternateLookup<ReadOnlySpan<char>> _known;
    private readonly Range[] _values;
    private Utf8JsonReader _reader;

    // The labels' values of the series that is being read, one behind the other, and the target's name.
    private char[] _chars = ArrayPool<char>.Shared.Rent(1024);
    private char[] _name = ArrayPool<char>.Shared.Rent(1024);
    private int _length;
    private Range? _replica;

    private AnswerReader(ReadOnlySpan<byte> json, AnswerShape shape, Answer answer, Answer? last)
    {
        _reader = new(json);
        (_shape, _answer) = (shape, answer);
        _known = (last ?? answer).Targets.GetAlternateLookup<ReadOnlySpan<char>>();
        _values = new Range[shape.Target?.Labels.Length ?? 0];
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="json">The body of a response with status 200.</param>
    /// <param name="shape">What is looked at.</param>
    /// <param name="last">The answer to the same query before, whose names are used again.</param>
    /// <param name="askedAt">When it was asked.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static Answer Read(ReadOnlySpan<byte> json, AnswerShape shape, Answer? last, DateTimeOffset askedAt)
    {
        var answer = new Answer { AskedAt = askedAt };
        if (last is not null) answer.Targets.EnsureCapacity(last.Targets.Count);
        var reader = new AnswerReader(json, shape, answer, last);
        try
        {
            reader.Root();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A value has another type than answers have.", e);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(reader._chars);
            ArrayPool<char>.Shared.Return(reader._name);
        }

        return answer;
    }

    private void Root()
    {
        var hasData = false;
        Expect(JsonTokenType.StartObject);
        while (Next() != JsonTokenType.EndObject)
        {
            if (_reader.ValueTextEquals("data"u8))
            {
                hasData = true;
                Data();
            }
            else if (_reader.ValueTextEquals("warnings"u8))
            {
                Warnings();
            }
            else
            {
                SkipValue();
            }
        }

        if (!hasData) throw new JsonException("There is no data in it.");
    }

    private void Data()
    {
        Expect(JsonTokenType.StartObject);
        while (Next() != JsonTokenType.EndObject)
        {
            if (_reader.ValueTextEquals("resultType"u8))
            {
                Expect(JsonTokenType.String);
                _answer.ResultType = _reader.GetString()!;
            }
            else if (_reader.ValueTextEquals("result"u8))
            {
                Expect(JsonTokenType.StartArray);
                Result();
            }
            else
            {
                SkipValue();
            }
        }
    }

    private void Result()
    {
        while (Next() != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                Series();
            }
            else
            {
                // A scalar is one pair of time and value, without labels.
                var value = Pair();
                Clear();
                if (_answer.ResultType is not "string") Add(value, isHistogram: false);
                return;
            }
        }
    }

    private void Series()
    {
        Clear();
        var (value, isHistogram, hasValue) = (double.NaN, false, false);
        while (Next() != JsonTokenType.EndObject)
        {
            if (_reader.ValueTextEquals("metric"u8))
            {
                Expect(JsonTokenType.StartObject);
                Labels();
            }
            else if (_reader.ValueTextEquals("value"u8))
            {
                Expect(JsonTokenType.StartArray);
                Next();
                (value, hasValue) = (Pair(), true);
            }
            else
            {
                isHistogram |= _reader.ValueTextEquals("histogram"u8);
                SkipValue();
            }
        }

        if (hasValue || isHistogram) Add(value, isHistogram && !hasValue);
    }

    private void Labels()
    {
        while (Next() != JsonTokenType.EndObject)
        {
            var isReplica = _shape.ReplicaLabel is { } replica && _reader.ValueTextEquals(replica);
            var number = -1;
            for (var i = 0; i < _values.Length && number < 0; i++)
            {
                if (_reader.ValueTextEquals(_shape.Target!.Labels[i])) number = i;
            }

            Expect(JsonTokenType.String);
            if (!isReplica && number < 0) continue;
            var most = _reader.ValueSpan.Length;
            if (_length + most > _chars.Length) Grow(ref _chars, _length + most);
            var length = _reader.CopyString(_chars.AsSpan(_length));
            var range = new Range(_length, _length + length);
            _length += length;
            if (number >= 0) _values[number] = range;
            if (isReplica) _replica = range;
        }
    }

    private void Add(double value, bool isHistogram)
    {
        _answer.Series++;
        if (Target() is not { } target)
        {
            _answer.Unlabelled++;
            return;
        }

        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_answer.Targets, target, out _);
        series.Count++;
        series.Value = value;
        series.IsHistogram |= isHistogram;
        if (_shape.ReplicaLabel is null) return;
        var replica = _replica is { } name ? new string(_chars.AsSpan()[name]) : null;
        (series.Replicas ??= []).Add(new(replica, value));
    }

    private string? Target()
    {
        if (_shape.Target is not { } pattern) return Answer.TheOne;
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

    /// <summary>A time and a value; the reader stands on the time.</summary>
    private double Pair()
    {
        _answer.ServerTime = _reader.GetDouble();
        Expect(JsonTokenType.String);

        // A server may write "+Inf" as "\u002BInf"; none that is known does.
        var value = Number(_reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(_reader.GetString()!) : _reader.ValueSpan);
        Expect(JsonTokenType.EndArray);
        return value;
    }

    private static double Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out double value, out var read) && read == text.Length ? value
        : text.SequenceEqual("+Inf"u8) ? double.PositiveInfinity
        : text.SequenceEqual("-Inf"u8) ? double.NegativeInfinity
        : double.NaN;

    private void Warnings()
    {
        Next();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }

        while (Next() != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.String) _answer.Warning ??= _reader.GetString();
            else _reader.Skip();
        }
    }

    private void Clear()
    {
        (_length, _replica) = (0, null);
        _values.AsSpan().Clear();
    }

    private JsonTokenType Next() => _reader.Read() ? _reader.TokenType : throw new JsonException("It ends too early.");

    private void Expect(JsonTokenType token)
    {
        if (Next() != token) throw new JsonException($"A {token} is missing.");
    }

    private void SkipValue()
    {
        Next();
        _reader.Skip();
    }

    private static void Grow(ref char[] array, int least)
    {
        var larger = ArrayPool<char>.Shared.Rent(least);
        array.CopyTo(larger, 0);
        ArrayPool<char>.Shared.Return(array);
        array = larger;
    }
}
