using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using AutoScaling.Answers;
using AutoScaling.Primitives;
using AutoScaling.Programs;

namespace AutoScaling.Commands;

/// <summary>Runs programs, a few at a time, each with a deadline. Thread-safe.</summary>
internal sealed class CommandRunner : IDisposable
{
    private const int MostErrorBytes = 64 * 1024;
    private const int BySignal = 128;

    // A program that has ended may have left a child that holds its output; that one is not waited for.
    private static readonly TimeSpan PatienceForOutput = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PatienceAfterKill = TimeSpan.FromSeconds(5);

    private readonly CommandOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;

    public CommandRunner(CommandOptions options, TimeProvider time)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Commands need the process groups of Linux or macOS, and do not run on Windows.");
        (_options, _time) = (options, time);
        _slots = new(options.MaxConcurrency);
        Secrets = new(options.Environment.Values);
    }

    /// <summary>What no sentence may quote.</summary>
    public Secrets Secrets { get; }

    /// <summary>Waits for a turn, and runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Nobody waits any longer: what runs is killed.</param>
    public async Task<CommandAnswer> RunAsync(string program, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            var most = Phrase.Exact(_options.MaxConcurrency);
            return NotRun($"'{program}' did not get its turn in time: as many programs as MaxConcurrency ({most}) run already");
        }

        try
        {
            return await InTurnAsync(program, arguments, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Says that an answer is longer than is read.</summary>
    public string TooLong(string program) => $"'{program}' wrote more than MaxOutputBytes ({Phrase.Exact(_options.MaxOutputBytes)})";

    public void Dispose() => _slots.Dispose();

    private async Task<CommandAnswer> InTurnAsync(string program, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var at = _time.GetUtcNow();
        if (Executable.Find(program) is not { } file) return NotRun(Executable.WhyNotFound(program));
        using var process = new Process { StartInfo = StartInfo(file, arguments) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            var why = e is Win32Exception failed ? new Win32Exception(failed.NativeErrorCode).Message : Phrase.Of(e);
            return NotRun($"the system cannot start '{program}' ({why})");
        }

        // Closed at once: whoever reads sees the end.
        process.StandardInput.Close();
        using var reading = new CancellationTokenSource();
        var (output, errors) = (new BoundedOutput(_options.MaxOutputBytes), new BoundedOutput(MostErrorBytes));
        var reads = Task.WhenAll(
            output.ReadAsync(process.StandardOutput.BaseStream, reading.Token),
            errors.ReadAsync(process.StandardError.BaseStream, reading.Token));
        var trouble = await EndAsync(process, program, cancellationToken).ConfigureAwait(false);
        await reads.WaitAsync(PatienceForOutput, TimeProvider.System, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reading.CancelAsync().ConfigureAwait(false);
        await reads.ConfigureAwait(false);
        if (trouble is not null) return new() { At = at, Trouble = $"{trouble}{Said(errors, output)}", IsDoubtful = true };
        return Ended(process.ExitCode, program, output, errors) with { At = at };
    }

    /// <summary>Waits for the end; kills what takes too long, and says so.</summary>
    private async Task<string?> EndAsync(Process process, string program, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var exited = process.WaitForExitAsync(either.Token);
        await exited.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (process.HasExited) return null;
        Kill(process);
        using var patience = new CancellationTokenSource(PatienceAfterKill);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return timeout.IsCancellationRequested
            ? $"'{program}' did not end within its Timeout ({Phrase.Exact(_options.Timeout)}), and was killed"
            : $"'{program}' had not ended when the evaluation's time was over, and was killed";
    }

    private CommandAnswer Ended(int code, string program, BoundedOutput output, BoundedOutput errors)
    {
        var answer = new CommandAnswer { At = default, ExitCode = code, Output = output.Kept };
        if (code > BySignal)
        {
            var trouble = $"'{program}' was ended by signal {Phrase.Exact(code - BySignal)}{Said(errors, output)}";
            return answer with { Trouble = trouble, IsDoubtful = true };
        }

        if (code != 0) return answer with { Trouble = $"'{program}' ended with exit code {Phrase.Exact(code)}{Said(errors, output)}" };
        return answer with { IsCut = output.IsCut };
    }

    /// <summary>What the program said, errors first, without secrets.</summary>
    private string Said(BoundedOutput errors, BoundedOutput output)
    {
        var said = Secrets.Hide(Text(errors));
        if (said.Length == 0) said = Secrets.Hide(Text(output));
        return said.Length == 0 ? "" : $": {said.TrimEnd('.')}";
    }

    // Where it was cut, a part of a secret may stand, which nobody would recognize.
    private static string Text(BoundedOutput output)
    {
        var text = Encoding.UTF8.GetString(output.Kept);
        return output.IsCut ? text[..(text.Length / 2)] : text;
    }

    private CommandAnswer NotRun(string trouble) => new() { At = _time.GetUtcNow(), Trouble = trouble };

    private ProcessStartInfo StartInfo(string file, ImmutableArray<string> arguments)
    {
        // A session of its own: a group that can be killed as one, and no terminal to ask for a password.
        var info = new ProcessStartInfo(Executable.SetSid ?? file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _options.WorkingDirectory ?? "",
        };
        if (Executable.SetSid is not null) info.ArgumentList.Add(file);
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in _options.Environment) info.Environment[name] = value;
        return info;
    }

    private static void Kill(Process process)
    {
        try
        {
            // The group first, with the children whose parents have ended; then the program itself, should it not lead a group yet.
            if (Executable.SetSid is not null) Posix.TrySignalGroup(process.Id, Posix.Kill);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }
}
