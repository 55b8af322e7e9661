using System.Text.Json;

namespace AutoScaling.Simulation.Loads;

/// <summary>What an answer of a Prometheus range query says around its samples, and where its result begins.</summary>
internal sealed class PrometheusAnswer
{
    public string? Status { get; private set; }

    public string? ErrorType { get; private set; }

    public string? Error { get; private set; }

    public string? ResultType { get; private set; }

    /// <summary>Where the type of the result stands, in bytes.</summary>
    public long TypeAt { get; private set; }

    /// <summary>Where the result begins, in bytes; -1 if there is none.</summary>
    public long ResultAt { get; private set; } = -1;

    /// <summary>Finds what an answer says, and knows then that all of it is JSON.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="file">What it is of, for sentences.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="ScalingException">It is something else than an answer.</exception>
    public static PrometheusAnswer Read(ReadOnlySpan<byte> json, string file)
    {
        var answer = new PrometheusAnswer();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            // The result alone, as `jq .data.result` leaves it.
            (answer.Status, answer.ResultType, answer.ResultAt) = ("success", "matrix", reader.TokenStartIndex);
            reader.Skip();
            reader.Read();
            return answer;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
            throw WrongAt(
                json,
                reader.TokenStartIndex,
                file,
                "it must be the answer of a Prometheus range query, a block with status and data");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("status")) answer.Status = Text(ref reader);
            else if (reader.ValueTextEquals("errorType")) answer.ErrorType = Text(ref reader);
            else if (reader.ValueTextEquals("error")) answer.Error = Text(ref reader);
            else if (reader.ValueTextEquals("data")) ReadData(ref reader, answer);
            else if (ReadDatum(ref reader, answer)) answer.Status ??= "success"; // The data alone.
            else reader.Skip();
        }

        reader.Read(); // Throws if anything comes after the answer.
        return answer;
    }

    private static void ReadData(ref Utf8JsonReader reader, PrometheusAnswer answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadDatum(ref reader, answer)) reader.Skip();
        }
    }

    private static bool ReadDatum(ref Utf8JsonReader reader, PrometheusAnswer answer)
    {
        if (reader.ValueTextEquals("resultType"))
        {
            answer.ResultType = Text(ref reader);
            answer.TypeAt = reader.TokenStartIndex;
            return true;
        }

        if (!reader.ValueTextEquals("result")) return false;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray) answer.ResultAt = reader.TokenStartIndex;
        reader.Skip();
        return true;
    }

    /// <summary>An error at a place of the answer.</summary>
    public static ScalingException WrongAt(ReadOnlySpan<byte> json, long at, string file, string what) =>
        LoadFile.Wrong(file, json[..(int)at].Count((byte)'\n') + 1, what);

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }
}
