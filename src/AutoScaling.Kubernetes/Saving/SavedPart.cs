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

    /// <summary>Reads states into what was read already.</summary>
    /// <param name="content">Where from.</param>
    /// <param name="name">The name of the ConfigMap.</param>
    /// <param name="belongs">Which targets' states are read.</param>
    /// <param name="states">What was read already.</param>
    /// <exception cref="ScalingException">It cannot be read (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static void Read(byte[] content, string name, Func<string, bool> belongs, Dictionary<string, ScalingState> states)
    {
        try
        {
            using var zip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            using var json = JsonDocument.Parse(zip);
            foreach (var state in json.RootElement.EnumerateObject())
            {
                if (belongs(state.Name)) states[state.Name] = ScalingState.FromJson(state.Value.GetRawText());
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException)
        {
            var message = $"The {Key} of ConfigMap '{name}' cannot be read: {Phrase.Of(e)}.";
            throw new ScalingException(ScalingErrorKind.InvalidConfiguration, message, e);
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
}
