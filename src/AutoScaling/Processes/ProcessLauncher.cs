using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AutoScaling.Programs;
using Microsoft.Extensions.Logging;

namespace AutoScaling.Processes;

/// <summary>Starts workers, each as the leader of a session and process group of its own where the machine has <c>setsid</c>.</summary>
/// <remarks>
/// A session of its own keeps the terminal's Ctrl-C from the worker, and lets a signal reach its children too. A worker starts in two
/// steps: a shell that waits for one line, and, once <see cref="WorkerProcess.Release"/> has written it, the program in its place, with the
/// same process id. If the host dies in between, the shell reads the end of its input and ends. So no program ever runs that the guardian
/// does not know of.
/// </remarks>
internal sealed class ProcessLauncher(Guardian guardian, TimeProvider time, ILogger log)
{
    private const string WaitThenRun = "IFS= read -r go && exec \"$@\" </dev/null";

    private int _toldOfDropped;

    /// <summary>Where bash is; <see langword="null"/> if the machine has none.</summary>
    public string? Bash { get; init; } = Executable.Find("bash");

    /// <summary>Starts the first step, and makes it known to the guardian.</summary>
    public bool TryStart(
        ProcessSpec spec, string replica, [NotNullWhen(true)] out WorkerProcess? started, [NotNullWhen(false)] out string? reason)
    {
        started = null;
        if (!TryFind(spec, out var file, out reason)) return false;
        var process = new Process { StartInfo = StartInfo(spec, replica, file) };
        if (!KeepsVariables(process.StartInfo, spec, out reason))
        {
            process.Dispose();
            return false;
        }

        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            reason = $"the system cannot start a process ({new Win32Exception(e.NativeErrorCode).Message})";
            return false;
        }

        var worker = new WorkerProcess(process, time);
        if (spec.Output == ProcessOutput.Log) OutputPump.Start(replica, process.StandardOutput, log);
        if (!guardian.TryAdd(worker.Id, out reason))
        {
            worker.Signal(Posix.Kill);
            worker.Dispose();
            return false;
        }

        started = worker;
        return true;
    }

    /// <summary>Ends a process that was started and not released; its program has not run.</summary>
    public async Task AbandonAsync(WorkerProcess worker)
    {
        worker.Signal(Posix.Kill);
        await worker.Exited.ConfigureAwait(false);
        Forget(worker);
    }

    /// <summary>Lets go of a process that has ended.</summary>
    public void Forget(WorkerProcess worker)
    {
        guardian.Remove(worker.Id);
        worker.Dispose();
    }

    private static bool TryFind(ProcessSpec spec, [NotNullWhen(true)] out string? file, [NotNullWhen(false)] out string? reason)
    {
        file = Executable.Find(spec.FileName);
        reason = file is null ? Executable.WhyNotFound(spec.FileName)
            : spec.WorkingDirectory is { } directory && !Directory.Exists(directory) ? $"the working directory '{directory}' does not exist"
            : null;
        return file is not null && reason is null;
    }

    private static ProcessStartInfo StartInfo(ProcessSpec spec, string replica, string file)
    {
        var redirection = spec.Output switch
        {
            ProcessOutput.Log => " 2>&1",
            ProcessOutput.Discard => " >/dev/null 2>&1",
            _ => "",
        };
        var info = new ProcessStartInfo(Executable.Shell, ["-c", WaitThenRun + redirection, replica])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = spec.Output == ProcessOutput.Log,
            WorkingDirectory = spec.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in spec.Environment) info.Environment[name] = value;
        info.Environment[ProcessSpec.ReplicaVariable] = replica;

        if (Executable.SetSid is { } setSid) info.ArgumentList.Add(setSid);
        info.ArgumentList.Add(file);
        foreach (var argument in spec.Arguments) info.ArgumentList.Add(argument);
        return info;
    }

    // Shells such as dash drop environment variables that they could not name themselves (Logging:Level, spring.profile); bash hands them
    // on.
    // The program "env" would too, but takes them as arguments, which everybody on the machine can read.
    private bool KeepsVariables(ProcessStartInfo info, ProcessSpec spec, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        var dropped = info.Environment.Keys.Where(IsDropped).Order(StringComparer.Ordinal).ToList();
        if (dropped.Count == 0) return true;
        if (Bash is { } bash)
        {
            // Privileged means only: without the startup files and functions that a variable may name.
            info.FileName = bash;
            info.ArgumentList.Insert(0, "-p");
            return true;
        }

        if (dropped.Find(spec.Environment.ContainsKey) is { } own)
        {
            reason = $"the variable '{own}' cannot be handed on, because {Executable.Shell} drops such names and there is no bash";
            return false;
        }

        if (Interlocked.Exchange(ref _toldOfDropped, 1) == 0) log.VariablesDropped(string.Join(", ", dropped));
        return true;
    }

    private static bool IsDropped(string variable) =>
        variable.Length == 0 || char.IsAsciiDigit(variable[0]) || !variable.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
