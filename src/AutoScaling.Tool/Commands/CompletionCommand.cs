using System.CommandLine;
using AutoScaling.Tool.Input;

namespace AutoScaling.Tool.Commands;

/// <summary>The command <c>completion</c>: writes what a shell runs at its start, so that it completes commands and options.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "pwsh"];

    private static readonly Argument<string> Shell = new("SHELL") { Description = string.Join(", ", Shells) };

    public static Command Create()
    {
        var command = new Command("completion", "Writes a script that lets a shell complete commands and options: "
            + "source <(autoscaling completion bash), the same for zsh; autoscaling completion pwsh | Out-String | Invoke-Expression")
        {
            Shell,
        };
        Shell.CompletionSources.Add(Shells);
        command.SetAction(parsed => Console.Out.Write(Script(parsed.GetValue(Shell)!)));
        return command;
    }

    private static string Script(string shell)
    {
        if (!Shells.Contains(shell))
            throw new CommandException($"SHELL must be {string.Join(", ", Shells[..^1])} or {Shells[^1]}, but is '{shell}'.");
        var name = $"AutoScaling.Tool.completion.{(shell.Equals("pwsh", StringComparison.Ordinal) ? "ps1" : shell)}";
        using var text = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}
