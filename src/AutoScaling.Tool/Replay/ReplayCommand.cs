using System.CommandLine;
using AutoScaling.Simulation;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Replay;

/// <summary>The command <c>replay</c>: decides again what a decision log holds.</summary>
internal static class ReplayCommand
{
    public static Command Create(CommandDefaults defaults)
    {
        var log = new Argument<string>("LOG") { Description = "The decision log, as a run leaves it" };
        if (defaults.Log is { } left)
        {
            log.Arity = ArgumentArity.ZeroOrOne;
            log.DefaultValueFactory = _ => left;
        }

        var command = new Command("replay", "Makes every decision of a decision log again, and says whether each comes out "
            + "identical. Exit codes: 0 all are; 1 one is not; 2 the log cannot be read.")
        {
            log,
        };
        command.SetAction(parsed => Run(parsed.GetValue(log)!));
        return command;
    }

    private static int Run(string path)
    {
        var result = Files.Read(path, "Decision log", log => DecisionReplay.Run(DecisionLog.Read(log)));
        Console.Out.WriteLine($"{Counted(result.Records, "record")} read, {Counted(result.Decisions, "decision")} made again.");
        if (result.FirstDifference is not { } first)
        {
            Console.Out.WriteLine(result.Decisions == 0 ? "There was nothing to compare." : "Every decision came out identical.");
            return 0;
        }

        Console.Out.WriteLine($"The first difference is in line {first.Record}, of '{first.Logged.Target}' at {first.Logged.At:u}: "
            + $"{first.Why}");
        Console.Out.WriteLine($"Logged:   {first.Logged.Explain()}");
        Console.Out.WriteLine($"Decided:  {first.Decided.Explain()}");
        return Report.Failed;
    }

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
