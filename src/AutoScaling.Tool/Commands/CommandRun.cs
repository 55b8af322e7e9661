using System.CommandLine;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Commands;

/// <summary>Runs a command line; whatever is wrong with it is told in sentences.</summary>
internal static class CommandRun
{
    public static Task<int> InvokeAsync(RootCommand command, string[] args)
    {
        var parsed = command.Parse(args);
        return Report.ErrorsAsync(() =>
        {
            // A shell that asks for completions shows a line that is not finished, so there is always something wrong with it.
            if (parsed.Errors.Count > 0 && args is not [['[', ..], ..])
                throw new CommandException([.. parsed.Errors.Select(e => e.Message)]);
            // Signals and exceptions are the command's own business.
            return parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        });
    }
}
