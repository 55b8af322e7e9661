using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AutoScaling.Primitives;

/// <summary>Reads values of JSON texts.</summary>
internal static class JsonText
{
    /// <summary>Reads a value; a broken text is one clear sentence.</summary>
    /// <param name="json">The text.</param>
    /// <param name="type">How the value is read.</param>
    /// <param name="what">What it is, for the sentence: <c>decision</c>.</param>
    /// <exception cref="ScalingException">The text is no such value (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(WithoutMark(json), type) ?? throw new JsonException("it is null");
        }
        catch (Exception e)
            when (e is JsonException or NotSupportedException or ScalingException or ArgumentException or InvalidOperationException)
        {
            // Converters and constructors say in their own ways that a value is none; whoever gave the text needs one sentence.
            throw ScalingException.Invalid($"The {what} cannot be read: {e.Message}");
        }
    }

    /// <summary>A text without the byte order mark that some editors put at its beginning.</summary>
    public static string WithoutMark(string text) => text.StartsWith('\uFEFF') ? text[1..] : text;
}
