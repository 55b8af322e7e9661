using System.Text.Json;

namespace AutoScaling.Simulation;

/// <summary>Files that hold a load; whatever is wrong with one is a sentence that names it.</summary>
internal static class LoadFile
{
    // Far more than stands before the first telling key of any of them.
    private const int HeadLength = 4096;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>What the content of a file is.</summary>
    public enum Kind
    {
        Csv,
        Prometheus,
        DecisionLog,
    }

    /// <summary>The name of the load in a file.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.Length > 0 ? name : path;
    }

    /// <summary>Reads a file; trouble with it is told in a sentence.</summary>
    public static T Read<T>(string path, Func<T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) throw Setting.Invalid($"Load trace '{path}' is a folder, not a file.");
        if (!File.Exists(path)) throw Setting.Invalid($"Load trace '{path}' does not exist.");
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, $"Load trace '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The bytes of a text file, without its byte order mark.</summary>
    public static ReadOnlyMemory<byte> Bytes(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsMemory(bytes.AsSpan().StartsWith(Mark) ? Mark.Length : 0);
    }

    /// <summary>Tells by its beginning what a file holds: a block of JSON with the keys of an answer or of a record, or else CSV.</summary>
    public static Kind KindOf(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[HeadLength];
        ReadOnlySpan<byte> head = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (head.StartsWith(Mark)) head = head[Mark.Length..];
        return head.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..] ? Kind.Csv
            : JsonKindOf(head) ?? throw Setting.Invalid($"Load trace '{path}' must be CSV with the header '{CsvLoad.Header}', the answer of a Prometheus range query, or a decision log, but is other JSON.");
    }

    private static Kind? JsonKindOf(ReadOnlySpan<byte> head)
    {
        var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("status") || reader.ValueTextEquals("data")) return Kind.Prometheus;
                if (reader.ValueTextEquals("at") || reader.ValueTextEquals("target")) return Kind.DecisionLog;
                if (!reader.TrySkip()) return null;
            }
        }
        catch (JsonException)
        {
            // Neither of them.
        }

        return null;
    }

    /// <summary>What is wrong at a line of a file.</summary>
    public static ScalingException Wrong(string file, int line, string what) =>
        Setting.Invalid(FormattableString.Invariant($"Load trace '{file}', line {line}: {what}{(what.EndsWith('.') ? "" : ".")}"));

    /// <summary>The beginning of a text, for a sentence.</summary>
    public static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..40]}...'";
}
