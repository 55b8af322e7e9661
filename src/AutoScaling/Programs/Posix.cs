using System.Runtime.InteropServices;

namespace AutoScaling.Programs;

/// <summary>The one call that .NET has no method for. Numbers are the same on Linux and macOS.</summary>
internal static partial class Posix
{
    public const int Kill = 9;
    public const int Term = 15;
    private const int Probe = 0;
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal to every process of a group; <see langword="false"/> if there is no such group, or no right to it.</summary>
    public static bool TrySignalGroup(int group, int signal) => SendSignal(-group, signal) == 0;

    /// <summary>Sends a signal to one process; <see langword="false"/> if there is no such process, or no right to it.</summary>
    public static bool TrySignalProcess(int process, int signal) => SendSignal(process, signal) == 0;

    /// <summary>Whether a group has a process, be it one that cannot be signalled.</summary>
    public static bool GroupExists(int group) => SendSignal(-group, Probe) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
