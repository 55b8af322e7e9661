using Microsoft.Extensions.Logging;

namespace AutoScaling.Processes;

/// <summary>Everything that local processes log, as sentences.</summary>
internal static partial class Log
{
    [LoggerMessage(50, LogLevel.Debug, "{Replica} runs as process {ProcessId}.")]
    public static partial void ReplicaStarted(this ILogger logger, string replica, int processId);

    [LoggerMessage(51, LogLevel.Debug, "{Replica} (process {ProcessId}) has stopped.")]
    public static partial void ReplicaStopped(this ILogger logger, string replica, int processId);

    [LoggerMessage(52, LogLevel.Warning, "{Replica} (process {ProcessId}) was killed, because it did not end within {Grace} s of SIGTERM.")]
    public static partial void ReplicaKilled(this ILogger logger, string replica, int processId, double grace);

    [LoggerMessage(
        53,
        LogLevel.Warning,
        "{Replica} (process {ProcessId}) ended by itself with exit code {ExitCode} after {Age:0.#} s; it is started again in {Wait} s.")]
    public static partial void ReplicaCrashed(this ILogger logger, string replica, int processId, int exitCode, double age, double wait);

    [LoggerMessage(54, LogLevel.Information, "{Replica} was started again as process {ProcessId}.")]
    public static partial void ReplicaRestarted(this ILogger logger, string replica, int processId);

    [LoggerMessage(55, LogLevel.Warning, "{Replica} could not be started again: {Reason}; the next try is in {Wait} s.")]
    public static partial void RestartFailed(this ILogger logger, string replica, string reason, double wait);

    [LoggerMessage(56, LogLevel.Debug, "{Replica}: {Line}")]
    public static partial void OutputLine(this ILogger logger, string replica, string line);

    [LoggerMessage(
        57,
        LogLevel.Warning,
        "The guardian process, which kills the workers should this process die, ended unexpectedly; another one takes its place.")]
    public static partial void GuardianReplaced(this ILogger logger);

    [LoggerMessage(
        58,
        LogLevel.Information,
        "There is no setsid program here: Ctrl-C in the terminal reaches the workers too, and their children are not stopped with them.")]
    public static partial void NoSetSid(this ILogger logger);

    [LoggerMessage(59, LogLevel.Error, "Some workers are still there {Patience} s after they were asked to stop; they are given up.")]
    public static partial void NotGone(this ILogger logger, double patience);

    [LoggerMessage(
        60,
        LogLevel.Warning,
        "The shell drops these environment variables, and there is no bash, which would hand them on: {Variables}. "
        + "The workers do without them.")]
    public static partial void VariablesDropped(this ILogger logger, string variables);
}
