using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Lists;

/// <summary>
/// Reads of the fields that programs have written to an object only which program wrote <c>spec.replicas</c>, of several the last.
/// </summary>
/// <remarks>The serializer has read the whole value when it calls a converter, so that skipping in it always succeeds.</remarks>
internal sealed class ReplicasWriterConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.TrySkip();
            return null;
        }

        string? writer = null, last = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.TrySkip();
                continue;
            }

            string? manager = null, time = null;
            var writesReplicas = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("manager"u8)) manager = Text(ref reader);
                else if (reader.ValueTextEquals("time"u8)) time = Text(ref reader);
                else if (reader.ValueTextEquals("fieldsV1"u8)) writesReplicas = Has(ref reader, "f:spec"u8, "f:replicas"u8);
                else Skip(ref reader);
            }

            // Times are written alike, so that the later one is the larger text.
            if (!writesReplicas || manager is null || string.CompareOrdinal(time, last) < 0) continue;
            (writer, last) = (manager, time);
        }

        return writer;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.TrySkip();
        return null;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.TrySkip();
    }

    /// <summary>Whether the object that follows has a property, and that one has another one. Reads to the end of the object.</summary>
    private static bool Has(ref Utf8JsonReader reader, ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        var found = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(outer);
            if (isIt && inner.IsEmpty)
            {
                found = true;
                Skip(ref reader);
            }
            else if (isIt)
            {
                found |= Has(ref reader, inner, []);
            }
            else
            {
                Skip(ref reader);
            }
        }

        return found;
    }
}
