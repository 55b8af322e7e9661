using System.Buffers;
using System.Text.Json.Nodes;

namespace AutoScaling.Primitives;

/// <summary>
/// A metric as documents have it: a name, and optionally its source behind an <c>@</c>; or a source with an expression.
/// </summary>
internal static class MetricText
{
    private const string SourceWord = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

    // A source is a key of a map, which in configuration cannot hold a colon.
    private static readonly SearchValues<char> SourceChars = SearchValues.Create(SourceWord);
    private static readonly SearchValues<char> NameChars = SearchValues.Create(SourceWord + "/:");

    /// <summary>
    /// Reads a metric. A rule may have several: what is wrong names the setting, as <see cref="MetricRef"/> knows only that it is a
    /// metric's.
    /// </summary>
    /// <exception cref="ScalingException">It is none.</exception>
    public static MetricRef Read(string key, string text)
    {
        Check(key, text);
        try
        {
            return MetricRef.Parse(text);
        }
        catch (ScalingException) when (!string.Equals(key, "metric", StringComparison.OrdinalIgnoreCase))
        {
            throw ScalingException.Invalid(
                $"{SettingValues.NameOf(key)} must be a metric's name, optionally followed by '@' and a source, but is '{text}'.");
        }
    }

    /// <summary>Reads a source with its expression. An expression may stand on several lines, which count as one.</summary>
    /// <exception cref="ScalingException">It is none.</exception>
    public static MetricRef Read(string key, KeyValuePair<string, JsonNode?> expression)
    {
        var name = SettingValues.NameOf(key);
        if (SettingValues.Text(expression.Value) is not { } text || string.IsNullOrWhiteSpace(text))
        {
            throw ScalingException.Invalid(
                $"{name} must be a source with an expression, "
                    + $"but the expression for '{expression.Key}' is {SettingValues.Shown(expression.Value)}.");
        }

        return new(OnOneLine(Check(key, text)), Check(key, expression.Key));
    }

    /// <summary>Writes a metric: as a source with an expression, if its name is no plain word.</summary>
    /// <exception cref="ScalingException">It would be read as another one: its name or source holds an <c>@</c>.</exception>
    public static JsonNode Write(string key, MetricRef metric)
    {
        var isExpression = metric.Source is not null
            && metric.Name.AsSpan().ContainsAnyExcept(NameChars)
            && !metric.Source.AsSpan().ContainsAnyExcept(SourceChars);
        if (!isExpression) return JsonValue.Create(WriteKey(key, metric));
        Check(key, metric.Name);
        return new JsonObject { [metric.Source!] = metric.Name };
    }

    /// <summary>Writes a metric as a key of a map, which is always a text.</summary>
    /// <exception cref="ScalingException">It would be read as another one: its name or source holds an <c>@</c>.</exception>
    public static string WriteKey(string key, MetricRef metric)
    {
        var text = Check(key, metric.ToString());
        return MetricRef.Parse(text) == metric
            ? text
            : throw ScalingException.Invalid(
                $"{SettingValues.NameOf(key)} must be a metric whose name and source hold no '@', but is '{metric}'.");
    }

    private static string OnOneLine(string text) => text.AsSpan().ContainsAny('\n', '\r')
        ? string.Join(' ', text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        : text;

    // The key of a map is read by nobody else, and no file can hold half a character.
    private static string Check(string key, string text) => SettingValues.IsWellFormed(text)
        ? text
        : throw Bounds.Broken(SettingValues.NameOf(key), "valid Unicode text", text);
}
