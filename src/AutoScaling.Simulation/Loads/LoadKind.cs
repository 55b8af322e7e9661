using System.Text.Json;

namespace AutoScaling.Simulation.Loads;

/// <summary>What a file that holds a load can be.</summary>
internal enum LoadKind
{
    Csv,
    Prometheus,
    DecisionLog,
}

/// <summary>Tells by its beginning what a file holds: a block of JSON with the keys of an answer or of a record, or else CSV.</summary>
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
                $"Load trace '{path}' must be CSV with the header '{CsvLoad.Header}', the answer of a Prometheus range query, "
                + "or a decision log, but is other JSON."]);
    }

    private static LoadKind? OfJson(ReadOnlySpan<byte> head)
    {
        var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("status") || reader.ValueTextEquals("data")) return LoadKind.Prometheus;
                if (reader.ValueTextEquals("at") || reader.ValueTextEquals("target")) return LoadKind.DecisionLog;
                if (!reader.TrySkip()) return null;
            }
        }
        catch (JsonException)
        {
            // Broken JSON is none of the kinds, which the caller says.
        }

        return null;
    }
}
