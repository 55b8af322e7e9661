using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoScaling.Kubernetes.Primitives;

/// <summary>Reads an amount as a number. One that cannot be read is no amount, never 0.</summary>
internal sealed class QuantityConverter : JsonConverter<double?>
{
    public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Json.Quantity(ref reader)?.Value;

    public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>
/// Reads what is used or requested in thousandths, as the HPA does. One that cannot be read is no amount, never 0. Nor is a negative one,
/// because it would be taken off what the other pods use.
/// </summary>
internal sealed class MilliConverter : JsonConverter<long?>
{
    public override long? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Json.Quantity(ref reader)?.Milli is >= 0 and var milli ? milli : null;

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads a duration as Go writes it. One that cannot be read is no duration.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan?>
{
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return GoDuration.Parse(reader.GetString());
        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

file static class Json
{
    private const int LongestPlain = 64;

    /// <summary>Amounts are strings, and may be numbers.</summary>
    public static Quantity? Quantity(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            reader.Skip();
            return null;
        }

        if (!reader.HasValueSequence && !reader.ValueIsEscaped) return Primitives.Quantity.Parse(reader.ValueSpan);
        Span<byte> text = stackalloc byte[LongestPlain];
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length > LongestPlain) return null;
        if (reader.TokenType == JsonTokenType.String) return Primitives.Quantity.Parse(text[..reader.CopyString(text)]);
        System.Buffers.BuffersExtensions.CopyTo(reader.ValueSequence, text);
        return Primitives.Quantity.Parse(text[..(int)length]);
    }
}
