using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AutoScaling.Simulation.Loads;

/// <summary>Reads the answers of Prometheus range queries.</summary>
/// <remarks>
/// In two passes: the answer's keys may come in any order, so first its result is found and all of it is known to be JSON, and then the
/// samples are read.
/// Source of the format: the Prometheus HTTP API, <c>/api/v1/query_range</c>.
/// </remarks>
internal static class PrometheusLoad
{
    public static LoadRows Parse(ReadOnlySpan<byte> json, string name, string file, LoadOptions options)
    {
        var samples = Samples(json, file, options.Column, mayBeEmpty: false);
        return LoadSamples.Rows(samples, isDated: true, options, name, file);
    }

    /// <summary>The samples of an answer.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="file">What it is of, for sentences.</param>
    /// <param name="wanted">The value of a label of the series, if there are several.</param>
    /// <param name="mayBeEmpty">Whether it may hold none, as the answer to a part of a query does.</param>
    public static List<LoadSample> Samples(ReadOnlySpan<byte> json, string file, string? wanted, bool mayBeEmpty = true)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            throw new ScalingException([$"Load trace '{file}' is empty; it must be the answer of a Prometheus range query."]);
        PrometheusAnswer answer;
        try
        {
            answer = PrometheusAnswer.Read(json, file);
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
            throw PrometheusAnswer.WrongAt(json, 0, file, $"Prometheus answered with an error: {kind}{answer.Error ?? "it says no more"}");
        }

        if (answer.Status is not "success")
            throw PrometheusAnswer.WrongAt(json, 0, file, $"status must be 'success', but is {ShownOrNone(answer.Status)}");
        if (answer.ResultType is not "matrix")
        {
            throw PrometheusAnswer.WrongAt(
                json,
                answer.TypeAt,
                file,
                $"resultType must be 'matrix', as a range query has it (/api/v1/query_range), but is {ShownOrNone(answer.ResultType)}");
        }

        if (answer.ResultAt < 0) throw PrometheusAnswer.WrongAt(json, answer.TypeAt, file, "data must have a result, but has none");
        return ReadResult(json, answer.ResultAt, file, wanted, mayBeEmpty);
    }

    private static List<LoadSample> ReadResult(ReadOnlySpan<byte> json, long from, string file, string? wanted, bool mayBeEmpty)
    {
        var reader = new Utf8JsonReader(json[(int)from..]);
        reader.Read();
        var (all, chosen) = (0, 0);
        List<LoadSample>? samples = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            all++;
            var isOther = reader.TokenType != JsonTokenType.StartObject || (wanted is not null && !IsSeries(reader, wanted));
            if (isOther || ++chosen > 1) reader.Skip();
            else samples = ReadSeries(ref reader, json, from, file);
        }

        if (mayBeEmpty && chosen == 0 && (all == 0 || wanted is not null)) return [];
        if (all == 0)
        {
            throw PrometheusAnswer.WrongAt(
                json, from, file, "the result must hold 1 series, but is empty: the query found nothing in that time");
        }

        if (chosen > 1 || (wanted is null && all > 1))
        {
            throw PrometheusAnswer.WrongAt(
                json,
                from,
                file,
                $"the result must hold 1 series, but holds {(wanted is null ? all : chosen)}{(wanted is null ? "" : $" with '{wanted}'")}: "
                + "put sum(...) around the query, or choose one series by the value of a label (Column; --column VALUE)");
        }

        if (wanted is not null && chosen == 0)
            throw PrometheusAnswer.WrongAt(json, from, file, $"none of the {all} series has a label with the value '{wanted}'");
        return samples is { Count: > 0 }
            ? samples
            : throw PrometheusAnswer.WrongAt(json, from, file, "the series must have values, but has none");
    }

    /// <summary>Whether a label of the series has a value.</summary>
    private static bool IsSeries(Utf8JsonReader reader, string wanted)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetric = reader.ValueTextEquals("metric");
            reader.Read();
            if (isMetric && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(wanted)) return true;
                    reader.Skip();
                }

                return false;
            }

            reader.Skip();
        }

        return false;
    }

    private static List<LoadSample> ReadSeries(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, long from, string file)
    {
        List<LoadSample> samples = [];
        var (line, counted) = (1, 0L);
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
                {
                    throw PrometheusAnswer.WrongAt(
                        json,
                        at,
                        file,
                        $"sample {number} must be a time of at least 0 seconds and a number of at least 0, "
                            + $"but is {Sample(json[(int)at..])}");
                }

                line += json[(int)counted..(int)at].Count((byte)'\n');
                counted = at;
                samples.Add(new(DateTimeOffset.UnixEpoch.Ticks + (long)(time * TimeSpan.TicksPerSecond), value, line));
            }
        }

        return samples;
    }

    /// <summary>Reads <c>[1700000000,"12.5"]</c>; what is no number is a gap.</summary>
    private static bool TryPair(ref Utf8JsonReader reader, out decimal time, out double value)
    {
        (time, value) = (0, double.NaN);
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out time)) return false;
        if (time > LoadFile.MostSeconds) time /= 1000; // in milliseconds, as scripts write them
        if (time is < 0 or > LoadFile.MostSeconds) return false;
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                value = reader.GetDouble();
                break;
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String when LoadNumbers.IsGap(reader.GetString()!):
                break;
            case JsonTokenType.String when double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value):
                break;
            default:
                return false;
        }

        if (double.IsInfinity(value)) value = double.NaN;
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray && !(value < 0);
    }

    /// <summary>A sample as it stands there.</summary>
    private static string Sample(ReadOnlySpan<byte> json)
    {
        var text = Encoding.UTF8.GetString(json[..Math.Min(json.Length, 60)]);
        var end = text.IndexOf(']', StringComparison.Ordinal);
        return end < 0 ? LoadFile.Shown(text) : text[..(end + 1)];
    }

    private static string ShownOrNone(string? text) => text is null ? "not there" : LoadFile.Shown(text);
}
