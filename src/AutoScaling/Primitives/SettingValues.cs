using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>Reads single values. Configuration and YAML know text only, so text is what every value is read from.</summary>
internal static class SettingValues
{
    /// <summary>
    /// Reads a value of a text; answers the rule that the text breaks (all of it, if there is no text), or null if it breaks none.
    /// </summary>
    public delegate string? Parser<T>(string? text, out T value);

    /// <summary>The text of a leaf; <see langword="null"/> for null, a block or a list.</summary>
    public static string? Text(JsonNode? node) => node is not JsonValue value ? null
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : value.ToJsonString();

    /// <summary>What stands there, as the end of a sentence.</summary>
    public static string Shown(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray => "a list",
        JsonObject => "a block of settings",
        _ => Text(node)! is { Length: > 80 } text ? $"'{text[..80]}...'" : $"'{Text(node)}'",
    };

    public static string? ParseText(string? text, out string value)
    {
        value = text ?? "";
        return text is null ? "text" : IsWellFormed(text) ? null : "valid Unicode text";
    }

    /// <summary>Whether the text holds no half of a surrogate pair, which no file can hold.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }

    public static string? ParseFlag(string? text, out bool value) => bool.TryParse(text, out value) ? null : "true or false";

    public static string? ParseNumber(string? text, out double value) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value) ? "a number"
        : HasLeadingZero(text) ? "a number without leading zeros"
        : null;

    /// <summary>Also reads <c>3.0</c> and <c>1e3</c>, which some tools make of whole numbers.</summary>
    public static string? ParseWholeNumber(string? text, out int value)
    {
        value = 0;
        var broken = ParseNumber(text, out var number);
        if (broken is not null) return broken.Replace("a number", "a whole number", StringComparison.Ordinal);
        if (number != Math.Truncate(number)) return "a whole number";
        if (number is < int.MinValue or > int.MaxValue) return "a whole number between -2147483648 and 2147483647";
        value = (int)number;
        return null;
    }

    public static string? ParseDuration(string? text, out TimeSpan value)
    {
        value = default;
        return text is not null && Durations.TryParse(text, out value) ? null : "a duration such as 30s, 5m or 00:05:00";
    }

    /// <summary>
    /// By name only: a number is no name, although <see cref="Enum.TryParse{TEnum}(string, bool, out TEnum)"/> would take it.
    /// </summary>
    public static string? ParseChoice<T>(string? text, out T value) where T : struct, Enum
    {
        value = default;
        var names = Enum.GetNames<T>();
        var index = Array.FindIndex(names, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        if (index < 0) return Enumerate([.. names.Select(JsonNamingPolicy.CamelCase.ConvertName)], "or");
        value = Enum.Parse<T>(names[index]);
        return null;
    }

    /// <summary>A setting as sentences call it: <c>CpuTarget</c>.</summary>
    public static string NameOf(string key) => key.Length == 0 ? "''" : char.ToUpperInvariant(key[0]) + key[1..];

    /// <summary>A value of an enum as documents have it.</summary>
    public static string WordOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary><c>max, min or sum</c>.</summary>
    public static string Enumerate(IReadOnlyList<string> names, string last) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} {last} {names[^1]}";

    // 010 is 8 to some readers of YAML and 10 to others.
    private static bool HasLeadingZero(string? text)
    {
        var digits = text.AsSpan().Trim().TrimStart("+-");
        return digits is ['0', >= '0' and <= '9', ..];
    }
}
