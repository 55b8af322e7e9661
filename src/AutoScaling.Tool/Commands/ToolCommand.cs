using System.CommandLine;
using AutoScaling.Tool.Backtests;
using AutoScaling.Tool.Converting;
using AutoScaling.Tool.Input;
using AutoScaling.Tool.Lint;
using AutoScaling.Tool.Replay;
using AutoScaling.Tool.Status;

namespace AutoScaling.Tool.Commands;

/// <summary>The command <c>autoscaling</c>.</summary>
internal static class ToolCommand
{
    public static RootCommand Create()
    {
        var defaults = new CommandDefaults();
        return new(
            "Tries scaling policies on recorded load, finds traps in them, makes them of the autoscalers of Kubernetes and KEDA, "
                + "makes the decisions of a log again, and tells how targets stand.")
        {
            BacktestCommand.Create(defaults),
            LintCommand.Create(defaults),
            ConvertCommand.Create(),
            ReplayCommand.Create(defaults),
            StatusCommand.Create(),
            SchemaCommand.Create(),
            CompletionCommand.Create(),
        };
    }
}
