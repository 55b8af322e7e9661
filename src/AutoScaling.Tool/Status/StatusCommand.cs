using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Status;

/// <summary>The command <c>status</c>: tells how targets stand, from what a host writes.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "The decision log (LogDecisionsTo) or the state file (SaveStateTo) of a host, which may run meanwhile",
    };

    private static readonly Option<string?> Service = new("--service") { Description = "Only this service", HelpName = "NAME" };

    private static readonly Option<StatusFormat> Format = OptionValues.Word("--format", StatusFormat.Text, "How it is told: text or json");

    public static Command Create()
    {
        var command = new Command("status", "Tells how targets stand: replicas, what was decided last and why, and who holds them. "
            + "Exit codes: 0 all is well; 1 a target could not be evaluated or scaled the last time; 2 the file cannot be read.")
        {
            File, Service, Format,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var lines = StatusFile.Read(parsed.GetValue(File)!);
        if (parsed.GetValue(Service) is { } service)
        {
            lines = lines.RemoveAll(l => !string.Equals(l.Target, service, StringComparison.Ordinal));
            if (lines.IsEmpty) throw new CommandException($"'{parsed.GetValue(File)}' says nothing of '{service}'.");
        }

        Console.Out.WriteLine(parsed.GetValue(Format) == StatusFormat.Json ? Json(lines) : Table(lines));
        return lines.Any(l => l.IsTrouble) ? Report.Failed : 0;
    }

    private static string Json(ImmutableArray<TargetLine> lines) => JsonOutput.Of(new JsonArray([.. lines.Select(l => new JsonObject
    {
        ["target"] = l.Target,
        ["at"] = l.At?.ToString("O", CultureInfo.InvariantCulture),
        ["ready"] = l.Ready,
        ["wanted"] = l.Wanted,
        ["outcome"] = l.Outcome,
        ["override"] = l.Override,
        ["explanation"] = l.Explanation,
        ["trouble"] = l.IsTrouble,
    })]));

    private static string Table(ImmutableArray<TargetLine> lines)
    {
        if (lines.IsEmpty) return "Nothing was written of any target yet.";
        List<string[]> rows = [["TARGET", "READY", "WANTED", "OUTCOME", "AT"], .. lines.Select(Cells)];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length))];
        var texts = rows.Select(row => string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd()).ToList();
        return string.Join('\n', texts.Take(1).Concat(lines.SelectMany((line, at) => Says(line).Prepend(texts[at + 1]))));
    }

    private static string[] Cells(TargetLine line) =>
    [
        line.Target,
        Number(line.Ready),
        Number(line.Wanted),
        line.Outcome ?? "-",
        line.At?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-",
    ];

    private static IEnumerable<string> Says(TargetLine line) =>
        from text in (string?[])[line.Override, line.Explanation]
        where !string.IsNullOrEmpty(text)
        select $"  {text}";

    private static string Number(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
