using System.Diagnostics;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>Runs programs in process groups of their own: Ctrl-C reaches this program alone, which then cleans up in order.</summary>
internal static class Shell
{
    public static Process Start(IEnumerable<string> command, IReadOnlyDictionary<string, string> environment, bool withInput = false)
    {
        var start = new ProcessStartInfo("setsid", command) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = withInput };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("setsid did not start.");
    }

    /// <summary>Runs a program to its end, and kills it with all that it started if it is not to end by itself.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Action<string>? onLine, CancellationToken cancellationToken)
    {
        using var process = Start(command, environment);
        var lines = new List<string>();
        try
        {
            // To the program's end, not to that of its output: what it leaves running may hold that open.
            var reading = ReadAsync();
            await process.WaitForExitAsync(cancellationToken);
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
        }
        catch (OperationCanceledException)
        {
            await EndGroupAsync(process.Id);
            throw;
        }

        string output;
        lock (lines) output = string.Join('\n', lines);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {output}");

        async Task ReadAsync()
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                lock (lines) lines.Add(line);
                onLine?.Invoke(line);
            }
        }
    }

    /// <summary>Ends a process that cannot do anything about it.</summary>
    public static Task KillAsync(int pid) => SignalAsync("KILL", $"{pid}");

    private static Task EndGroupAsync(int pid) => SignalAsync("TERM", $"-{pid}");

    private static async Task SignalAsync(string signal, string pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", "--", pid]) { UseShellExecute = false, RedirectStandardError = true })!;
        await kill.WaitForExitAsync(CancellationToken.None);
    }
}
