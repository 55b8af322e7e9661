using System.Globalization;

namespace AutoScaling.Metrics.Meters;

/// <summary>The values of tags as text.</summary>
internal static class TagText
{
    private const int ShortText = 64;

    /// <summary>The value of a tag; <see langword="null"/> if there is no such tag or it has no value.</summary>
    public static object? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (ref readonly var tag in tags)
        {
            if (string.Equals(tag.Key, name, StringComparison.Ordinal)) return tag.Value;
        }

        return null;
    }

    /// <summary>The value as text: numbers as they are written invariantly, truth values in lower case.</summary>
    public static string? Of(object? value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    /// <summary>Whether the value as text is this one; allocates nothing for texts and numbers.</summary>
    public static bool Is(object? value, string expected)
    {
        if (value is not ISpanFormattable number) return string.Equals(Of(value), expected, StringComparison.Ordinal);
        Span<char> text = stackalloc char[ShortText];
        return number.TryFormat(text, out var written, default, CultureInfo.InvariantCulture)
            ? text[..written].SequenceEqual(expected)
            : string.Equals(Of(value), expected, StringComparison.Ordinal);
    }
}
