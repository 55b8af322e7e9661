using System.CommandLine;
using System.Globalization;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Loads;

/// <summary>How loads are read.</summary>
internal static class LoadReading
{
    private static readonly string[] Formats = ["yyyy-M-d", "yyyy-M-d H:mm", "yyyy-M-d H:mm:ss", "yyyy-M-d'T'H:mm", "yyyy-M-d'T'H:mm:ss"];
    private static readonly string[] Zones = ["", "zzz", " zzz", "'Z'"];

    private static readonly Option<string?> Column = new("--column")
    {
        Description = "The column or series of a load that holds several: its name, or the value of one of its labels",
        HelpName = "NAME",
    };

    private static readonly Option<DateTimeOffset?> Start = new("--start")
    {
        Description = "When a load began whose times are no dates, so that schedules meet it at the right time [default: Monday "
            + "2024-01-01]",
        HelpName = "DATE",
        CustomParser = r => OptionValues.Parsed(r, "a date such as 2026-03-02 or 2026-03-02T12:00+01:00", Date),
    };

    private static readonly Option<string?> TimeZone = new("--time-zone")
    {
        Description = "The zone of times of a load without an offset, such as Europe/Berlin [default: UTC]",
        HelpName = "ZONE",
    };

    private static readonly Option<LoadFill> Fill = new("--fill")
    {
        Description = "What a load is where a sample is missing: the last value, 0, or a reason to refuse it",
        HelpName = "last|zero|fail",
        DefaultValueFactory = _ => LoadFill.Last,
        CustomParser = r => OptionValues.Parsed(r, "last, zero or fail", FillOf),
    };

    public static IReadOnlyList<Option> All { get; } = [Column, Start, TimeZone, Fill];

    public static LoadOptions Options(ParseResult parsed) => new()
    {
        Column = parsed.GetValue(Column),
        Start = parsed.GetValue(Start),
        TimeZone = parsed.GetValue(TimeZone) ?? "UTC",
        Fill = parsed.GetValue(Fill),
    };

    /// <summary>A date, with or without a time; in UTC unless it has an offset.</summary>
    public static DateTimeOffset? Date(string text) => DateTimeOffset.TryParseExact(
        text,
        [.. from format in Formats from zone in Zones select format + zone],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal,
        out var date)
        ? date.ToUniversalTime()
        : null;

    private static LoadFill? FillOf(string text) =>
        Array.Find(
            Enum.GetValues<LoadFill>().Cast<LoadFill?>().ToArray(),
            f => string.Equals($"{f}", text, StringComparison.OrdinalIgnoreCase));
}
