namespace AutoScaling.Programs;

/// <summary>
/// Finds programs as a shell does, but before anything is started, so that a missing one is told at once and in a sentence.
/// </summary>
internal static class Executable
{
    public const string Shell = "/bin/sh";

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Where <c>setsid</c> is; <see langword="null"/> if the machine has none, as macOS.</summary>
    public static string? SetSid { get; } = Find("setsid");

    /// <summary>The full path of a program, or <see langword="null"/>.</summary>
    public static string? Find(string fileName)
    {
        if (fileName.Contains('/'))
        {
            var full = Path.GetFullPath(fileName);
            return IsExecutable(full) ? full : null;
        }

        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.GetFullPath(Path.Combine(directory, fileName));
            if (IsExecutable(candidate)) return candidate;
        }

        return null;
    }

    /// <summary>Why <see cref="Find"/> found nothing, as the end of a sentence.</summary>
    public static string WhyNotFound(string fileName) =>
        !fileName.Contains('/') ? $"the program '{fileName}' is in no directory of PATH"
        : File.Exists(fileName) ? $"the program '{fileName}' is not executable"
        : $"the program '{fileName}' does not exist";

    private static bool IsExecutable(string path)
    {
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != UnixFileMode.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
