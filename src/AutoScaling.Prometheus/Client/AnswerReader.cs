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
    private readonly Answer _answer;
    private readonly SeriesLabels _labels;
    private Utf8JsonReader _reader;

    private AnswerReader(ReadOnlySpan<byte> json, Answer answer, SeriesLabels labels)
    {
        _reader = new(json);
        (_answer, _labels) = (answer, labels);
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
        using var labels = new SeriesLabels(shape, last ?? answer);
        var reader = new AnswerReader(json, answer, labels);
        try
        {
            reader.Root();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A value has another type than answers have.", e);
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
                _labels.Clear();
                if (_answer.ResultType is not "string") Add(value, isHistogram: false);
                return;
            }
        }
    }

    private void Series()
    {
        _labels.Clear();
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
            var label = _labels.Find(ref _reader);
            Expect(JsonTokenType.String);
            if (label.IsLookedAt) _labels.Keep(label, ref _reader);
        }
    }

    private void Add(double value, bool isHistogram)
    {
        _answer.Series++;
        if (_labels.Target() is not { } target)
        {
            _answer.Unlabelled++;
            return;
        }

        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_answer.Targets, target, out _);
        series.Count++;
        series.Value = value;
        series.IsHistogram |= isHistogram;
        if (_labels.HasReplicas) (series.Replicas ??= []).Add(new(_labels.Replica(), value));
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
}
