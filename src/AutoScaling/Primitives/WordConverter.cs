using System.Text.Json.Serialization;

namespace AutoScaling.Primitives;

/// <summary>Writes an enum as its word, and reads nothing but its words.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
