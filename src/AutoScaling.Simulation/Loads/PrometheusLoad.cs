using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>Reads the answers of Prometheus range queries.</summary>
/// <remarks>
/// In two passes: the answer's keys may come in any order, so first its result is found and all of it is known to be JSON, and then the
/// samples are read.
/// Source of the format: the Prometheus HTTP API, <c>/api/v1/query_range</c>.
/// </remarks>
internal static class PrometheusLoad
{
    public static LoadRows Parse(ReadOnlySpan<byte> json, string name, string file)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            throw new ScalingException([$"Load trace '{file}' is empty; it must be the answer of a Prometheus range query."]);
        Answer answer;
        try
        {
            answer = ReadAnswer(json, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser appends the place in its own words (none, if the text is no UTF-8); the sentence names it already.
            var at = e.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
            var line = (int)((e as JsonException)?.LineNumber ?? 0) + 1;
            throw LoadFile.Wrong(file, line, $"it must be JSON: {(at < 0 ? e.Message : e.Message[..at])}");
        }

        if (answer.Status is "error")
        {
            var kind = answer.ErrorType is null ? "" : $"{answer.ErrorType}: ";
            throw WrongAt(json, 0, file, $"Prometheus answered with an error: {kind}{answer.Error ?? "it says no more"}");
        }

        if (answer.Status is not "success") throw WrongAt(json, 0, file, $"status must be 'success', but is {ShownOrNone(answer.Status)}");
        if (answer.ResultType is not "matrix")
        {
            throw WrongAt(
                json,
                answer.TypeAt,
                file,
                $"resultType must be 'matrix', as a range query has it (/api/v1/query_range), but is {ShownOrNone(answer.ResultType)}");
        }

        if (answer.ResultAt < 0) throw WrongAt(json, answer.TypeAt, file, "data must have a result, but has none");
        return ReadResult(json, answer.ResultAt, name, file);
    }

    private static Answer ReadAnswer(ReadOnlySpan<byte> json, string file)
    {
        var answer = new Answer();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw WrongAt(json, reader.TokenStartIndex, file, "it must be the answer of a Prometheus range query, a block with status and data");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("status")) answer.Status = Text(ref reader);
            else if (reader.ValueTextEquals("errorType")) answer.ErrorType = Text(ref reader);
            else if (reader.ValueTextEquals("error")) answer.Error = Text(ref reader);
            else if (reader.ValueTextEquals("data")) ReadData(ref reader, answer);
            else reader.Skip();
        }

        reader.Read(); // Throws if anything comes after the answer.
        return answer;
    }

    private static void ReadData(ref Utf8JsonReader reader, Answer answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("resultType"))
            {
                answer.ResultType = Text(ref reader);
                answer.TypeAt = reader.TokenStartIndex;
            }
            else
            {
                var isResult = reader.ValueTextEquals("result");
                reader.Read();
                if (isResult && reader.TokenType == JsonTokenType.StartArray) answer.ResultAt = reader.TokenStartIndex;
                reader.Skip();
            }
        }
    }

    private static LoadRows ReadResult(ReadOnlySpan<byte> json, long from, string name, string file)
    {
        var reader = new Utf8JsonReader(json[(int)from..]);
        reader.Read();
        var series = 0;
        Samples? samples = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++series == 1 && reader.TokenType == JsonTokenType.StartObject) samples = ReadSeries(ref reader, json, from, file);
            else reader.Skip();
        }

        if (series == 0)
            throw WrongAt(json, from, file, "the result must hold 1 series, but is empty: the query found nothing in that time");
        if (series > 1)
        {
            throw WrongAt(
                json,
                from,
                file,
                $"the result must hold 1 series, but holds {series}: put sum(...) around the query, or choose one series in it");
        }

        return samples is { Points.Count: > 0 }
            ? new(name, samples.Points.DrainToImmutable(), samples.Start)
            : throw WrongAt(json, from, file, "the series must have values, but has none");
    }

    private static Samples ReadSeries(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, long from, string file)
    {
        var samples = new Samples();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isValues = reader.ValueTextEquals("values");
            reader.Read();
            if (!isValues || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            for (var number = 1; reader.Read() && reader.TokenType != JsonTokenType.EndArray; number++)
            {
                var at = from + reader.TokenStartIndex;
                if (!TryPair(ref reader, out var time, out var value))
                    throw Wrong($"must be a time of at least 0 seconds and a number of at least 0 in quotes, but is {Sample(json[(int)at..])}", json);
                if (!samples.Add(time, value))
                    throw Wrong($"must be later than the one before ({Phrase.Exact(samples.Last)}), but is at {Phrase.Exact(time)}", json);

                ScalingException Wrong(string what, ReadOnlySpan<byte> json) => WrongAt(json, at, file, $"sample {number} {what}");
            }
        }

        return samples;
    }

    /// <summary>Reads <c>[1700000000,"12.5"]</c>.</summary>
    private static bool TryPair(ref Utf8JsonReader reader, out decimal time, out double value)
    {
        (time, value) = (0, double.NaN);
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out time)) return false;
        if (time is < 0 or > LoadFile.MostSeconds) return false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) return false;
        if (!double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return false;
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray && value >= 0 && double.IsFinite(value);
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }

    /// <summary>A sample as it stands there.</summary>
    private static string Sample(ReadOnlySpan<byte> json)
    {
        var text = Encoding.UTF8.GetString(json[..Math.Min(json.Length, 60)]);
        var end = text.IndexOf(']', StringComparison.Ordinal);
        return end < 0 ? LoadFile.Shown(text) : text[..(end + 1)];
    }

    private static string ShownOrNone(string? text) => text is null ? "not there" : LoadFile.Shown(text);

    private static ScalingException WrongAt(ReadOnlySpan<byte> json, long at, string file, string what) =>
        LoadFile.Wrong(file, json[..(int)at].Count((byte)'\n') + 1, what);

    private sealed class Answer
    {
        public string? Status { get; set; }

        public string? ErrorType { get; set; }

        public string? Error { get; set; }

        public string? ResultType { get; set; }

        public long TypeAt { get; set; }

        public long ResultAt { get; set; } = -1;
    }

    private sealed class Samples
    {
        private decimal _first;

        public ImmutableArray<LoadPoint>.Builder Points { get; } = ImmutableArray.CreateBuilder<LoadPoint>();

        public decimal Last { get; private set; }

        public DateTimeOffset Start => DateTimeOffset.UnixEpoch.AddTicks((long)(_first * TimeSpan.TicksPerSecond));

        /// <summary>Adds a sample, unless it is not later than the one before.</summary>
        public bool Add(decimal time, double value)
        {
            if (Points.Count == 0) _first = time;
            var at = TimeSpan.FromTicks((long)((time - _first) * TimeSpan.TicksPerSecond));
            if (Points.Count > 0 && at <= Points[^1].At) return false;
            Points.Add(new(at, value));
            Last = time;
            return true;
        }
    }
}
