using System.Text.Json;

namespace AutoScaling.Simulation.Loads;

/// <summary>What a file that holds a load can be.</summary>
internal enum LoadKind
{
    Csv,
    Prometheus,
    CloudWatch,
    DecisionLog,
}

/// <summary>Tells by its beginning what a file holds: JSON with the keys of an answer or of a record, or else CSV.</summary>
internal static class LoadKinds
{
    // In all of these files, the first key that tells them apart comes far earlier.
    private const int HeadLength = 4096;

    /// <exception cref="ScalingException">It is JSON, and none of them (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static LoadKind Of(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[HeadLength];
        var head = LoadFile.WithoutMark(buffer.AsMemory(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false))).Span;
        return head.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..]
            ? LoadKind.Csv
            : OfJson(head) ?? throw new ScalingException([
                $"Load trace '{path}' must be CSV with a header such as '{CsvLoad.Header}', the answer of a Prometheus range query, "
                + "JSON of CloudWatch or Datadog, or a decision log, but is other JSON."]);
    }

    private static LoadKind? OfJson(ReadOnlySpan<byte> head)
    {
        var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
        try
        {
            // A list holds series of Prometheus, or data points of CloudWatch.
            if (!reader.Read() || (reader.TokenType == JsonTokenType.StartArray && !reader.Read())) return null;
            if (reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Kind(ref reader) is { } kind) return kind;
                if (!reader.TrySkip()) return null;
            }
        }
        catch (JsonException)
        {
            // Broken JSON is none of the kinds, which the caller says.
        }

        return null;
    }

    private static LoadKind? Kind(ref Utf8JsonReader key)
    {
        if (key.ValueTextEquals("status"))
        {
            var value = key;
            var isDatadog = value.Read() && value.TokenType == JsonTokenType.String && value.ValueTextEquals("ok");
            return isDatadog ? LoadKind.CloudWatch : LoadKind.Prometheus;
        }

        if (key.ValueTextEquals("data") || key.ValueTextEquals("resultType") || key.ValueTextEquals("result")) return LoadKind.Prometheus;
        if (key.ValueTextEquals("metric") || key.ValueTextEquals("values")) return LoadKind.Prometheus;
        if (key.ValueTextEquals("at") || key.ValueTextEquals("target")) return LoadKind.DecisionLog;
        return key.ValueTextEquals("Datapoints") || key.ValueTextEquals("MetricDataResults") || key.ValueTextEquals("Timestamp")
            || key.ValueTextEquals("series") || key.ValueTextEquals("Label") ? LoadKind.CloudWatch : null;
    }
}
