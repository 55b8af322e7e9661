using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AutoScaling.Tool.Input;

/// <summary>Options with a rule for their value; a broken one is a sentence with option, rule and value.</summary>
internal static class OptionValues
{
    private const string MostTime = "24h";

    /// <summary>An option for a number; <see langword="null"/> if it is not given.</summary>
    public static Option<double?> Number(
        string name, string helpName, string description, string rule, Func<double, bool> isRight) => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = r => Parsed(r, rule, text => Number(text) is { } v && isRight(v) ? v : (double?)null),
        };

    /// <summary>An option for a time; <see langword="null"/> if it is not given.</summary>
    /// <param name="name">The option.</param>
    /// <param name="least">The least time there may be, as a user writes it; the most is a day.</param>
    /// <param name="description">What it is for.</param>
    public static Option<TimeSpan?> Time(string name, string least, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = r => Parsed(r, TimeRule(least), text => Time(text, least)),
    };

    /// <summary>An option for one of several words, which shells complete.</summary>
    /// <param name="name">The option.</param>
    /// <param name="byDefault">What it is if it is not given.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="from">The first of the words that it may be.</param>
    public static Option<T> Word<T>(string name, T byDefault, string description, T from = default)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetValues<T>().SkipWhile(w => !w.Equals(from)).Select(w => w.ToString().ToLowerInvariant())];
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => byDefault,
            CustomParser = r => Parsed(
                r,
                $"{string.Join(", ", words[..^1])} or {words[^1]}",
                text => words.Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : (T?)null),
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>The value of an option.</summary>
    public static T Parsed<T>(ArgumentResult result, string rule, Func<string, T?> parse)
        where T : struct
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (parse(text) is { } value) return value;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} must be {rule}, but is '{text}'.");
        return default;
    }

    public static string TimeRule(string least) => $"a time from {least} to {MostTime}, such as 60, 90s or 2m";

    public static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>A time from the least that may be to a day.</summary>
    public static TimeSpan? Time(string text, string least) =>
        Seconds(text) is { } seconds && seconds >= Seconds(least) && seconds <= Seconds(MostTime) ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Seconds(string text)
    {
        (string Suffix, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];
        var (suffix, unit) = units.First(u => text.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase));
        return Number(text[..^suffix.Length]) * unit;
    }
}
