using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Primitives;

namespace AutoScaling.Kubernetes.Saving;

/// <summary>What one ConfigMap holds of the saved states: JSON by the targets' names, as a state file has it, compressed.</summary>
internal static class SavedPart
{
    public const string Key = "states.json.gz";

    /// <summary>The states that belong into each of a number of parts, which is a power of two.</summary>
    public static byte[][] Write(IReadOnlyDictionary<string, ScalingState> states, int count)
    {
        var dealt = states.ToLookup(s => Of(s.Key, count));
        return [.. Enumerable.Range(0, count).Select(part => Write(dealt[part]))];
    }

    /// <summary>Reads the state of each target.</summary>
    /// <param name="content">Where from; of nothing nothing is read.</param>
    /// <param name="entries">The targets and their states; empty if nothing can be read.</param>
    /// <param name="trouble">Why nothing can be read, as the end of a sentence; <see langword="null"/> if it can.</param>
    public static bool TryRead(byte[] content, out IReadOnlyList<SavedEntry> entries, [NotNullWhen(false)] out string? trouble)
    {
        (entries, trouble) = ([], null);
        if (content.Length == 0) return true;
        try
        {
            using var zip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            using var json = JsonDocument.Parse(zip);
            entries = [.. json.RootElement.EnumerateObject().Select(Read)];
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException)
        {
            trouble = Phrase.Of(e);
            return false;
        }
    }

    public static string Digest(byte[] content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>
    /// The part of a target. With twice as many parts it stays where it is or moves into one of the new ones, never into another old one.
    /// </summary>
    public static int Of(string target, int count)
    {
        var hash = Fnv1a.Of<char>(target);
        return (int)((hash ^ (hash >> 16)) & (uint)(count - 1));
    }

    public static byte[] Write(IEnumerable<KeyValuePair<string, ScalingState>> states)
    {
        var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Fastest))
        using (var json = new Utf8JsonWriter(zip))
        {
            json.WriteStartObject();
            foreach (var (target, state) in states.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(target);
                json.WriteRawValue(state.ToJson(), skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static SavedEntry Read(JsonProperty entry)
    {
        string? target = null;
        try
        {
            target = entry.Name;
            return new(target, ScalingState.FromJson(entry.Value.GetRawText()), null);
        }
        catch (Exception e) when (e is ScalingException or InvalidOperationException)
        {
            return new(target, null, Phrase.Of(e));
        }
    }
}
