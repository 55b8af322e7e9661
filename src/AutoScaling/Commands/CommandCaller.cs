using System.Collections.Concurrent;
using AutoScaling.Answers;

namespace AutoScaling.Commands;

/// <summary>
/// Runs the commands of one scaler or source. A command that is the same for all targets is run once for all that ask at the same time.
/// </summary>
/// <param name="runner">Runs programs.</param>
internal sealed class CommandCaller(CommandRunner runner)
{
    private readonly ConcurrentDictionary<string, NextRun<CommandAnswer>> _shared = new(StringComparer.Ordinal);

    public Secrets Secrets => runner.Secrets;

    /// <summary>Runs a command that changes nothing.</summary>
    public Task<CommandAnswer> ReadAsync(CommandLine command, string target, CancellationToken cancellationToken)
    {
        if (command.HasTarget) return RunAsync(command, new(target), cancellationToken);

        // It belongs to all who ask, so nobody's token ends it; its own timeout does.
        return _shared.GetOrAdd(command.Key, _ => new(() => RunAsync(command, new(target), CancellationToken.None)))
            .AskAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Runs a command for a target.</summary>
    public async Task<CommandAnswer> RunAsync(CommandLine command, Filling filling, CancellationToken cancellationToken)
    {
        var arguments = command.Fill(filling, out var whyNot);
        return whyNot is null
            ? await runner.RunAsync(command.Program, arguments, cancellationToken).ConfigureAwait(false)
            : new() { At = default, Trouble = whyNot };
    }
}
