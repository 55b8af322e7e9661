using System.Globalization;
using System.Text.Json.Nodes;
using AutoScaling.Primitives;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>How targets stand, for people as a table, and for programs as JSON.</summary>
internal static class StatusTable
{
    private static readonly string[] Heads = ["TARGET", "READY", "WANTED", "RANGE", "OUTCOME", "HELD BACK BY", "UNTIL", "AT"];

    public static string Text(StatusReport report)
    {
        List<string> lines = [.. report.Notes, .. report.Troubles];
        if (report.Targets.IsEmpty) return string.Join('\n', [.. lines, "Nothing was written of any target yet."]);
        List<string[]> rows = [Heads, .. report.Targets.Select(Cells)];
        int[] widths = [.. Heads.Select((_, column) => rows.Max(r => r[column].Length))];
        lines.Add(Line(Heads, widths));
        foreach (var (line, row) in report.Targets.Zip(rows.Skip(1)))
        {
            lines.Add(Line(row, widths));
            lines.AddRange(Says(line).Select(text => $"  {text}"));
        }

        return string.Join('\n', lines);
    }

    public static string Json(StatusReport report) => JsonOutput.Of(new JsonObject
    {
        ["targets"] = new JsonArray([.. report.Targets.Select(Node)]),
        ["troubles"] = new JsonArray([.. report.Troubles]),
        ["notes"] = new JsonArray([.. report.Notes]),
    });

    private static JsonObject Node(TargetLine line) => new()
    {
        ["target"] = line.Target,
        ["at"] = Round(line.At),
        ["ready"] = line.Ready,
        ["wanted"] = line.Wanted,
        ["min"] = line.Range?.Min,
        ["max"] = line.Range?.Max,
        ["outcome"] = line.Outcome,
        ["heldBack"] = line.HeldBack is { } held
            ? new JsonObject { ["by"] = Guard(held), ["from"] = held.From, ["to"] = held.To, ["until"] = Round(held.Until) }
            : null,
        ["override"] = line.Override,
        ["explanation"] = line.Explanation,
        ["trouble"] = line.IsTrouble,
        ["recent"] = new JsonArray([.. line.Recent.Select(r => new JsonObject
        {
            ["at"] = Round(r.At), ["outcome"] = r.Outcome, ["explanation"] = r.Explanation,
        })]),
    };

    private static string[] Cells(TargetLine line) =>
    [
        line.Target,
        Number(line.Ready),
        Number(line.Wanted),
        line.Range is { } range ? $"{Number(range.Min)}-{Number(range.Max)}" : "-",
        line.Outcome ?? "-",
        line.HeldBack is { } held ? $"{Guard(held)} ({Number(held.From)} to {Number(held.To)})" : "-",
        Time(line.HeldBack?.Until),
        Time(line.At),
    ];

    private static IEnumerable<string> Says(TargetLine line) =>
        (from text in (string?[])[line.Override, line.Explanation]
         where !string.IsNullOrEmpty(text)
         select text).Concat(line.Recent.Select(r => $"{Time(r.At)}  {r.Outcome ?? "-"}: {r.Explanation}"));

    private static string Line(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd();

    private static string Guard(HeldBack held) => Phrase.Words(held.Guard, ' ');

    private static string Number(int? count) => count is { } number ? Phrase.Exact(number) : "-";

    private static string Time(DateTimeOffset? at) => at is { } time ? Phrase.Of(time) : "-";

    private static string? Round(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture);
}
