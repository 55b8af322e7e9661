using AutoScaling.Tests.Processes;

namespace AutoScaling.Tests.Commands;

/// <summary>What tests of commands share: real programs, and time of their own for timeouts.</summary>
public abstract class CommandTest : ProcessTest
{
    protected static CommandOptions Patient { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>A script whose <c>$1</c> and so on are the arguments that are filled in.</summary>
    protected static string[] Script(string script, params string[] arguments) => ["/bin/sh", "-c", script, "sh", .. arguments];
}
