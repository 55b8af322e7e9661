using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>A program of the test that ends with the test process, however that ends.</summary>
/// <remarks>
/// A shell starts it and then waits on a pipe that only the test process can write to; the kernel closes the pipe when that process dies.
/// The shell is the program's parent and never reaps it, so its process id cannot become someone else's before the shell has ended.
/// </remarks>
internal sealed class GuardedProcess : IDisposable
{
    private const string Script = """
        trap '' HUP INT QUIT TERM
        log=$1; shift
        "$@" >>"$log" 2>&1 </dev/null &
        echo $!
        exec >/dev/null 2>&1
        while read -r _; do :; done
        kill -9 $!
        """;

    private readonly Process _shell;
    private bool _ended;

    public GuardedProcess(string program, string log, IEnumerable<string> arguments)
    {
        LogPath = log;
        var info = new ProcessStartInfo("setsid", ["sh", "-c", Script, "guardian", log, program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(log)!,
        };
        _shell = Process.Start(info)!;
        Id = int.Parse(_shell.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{program} was not started."), CultureInfo.InvariantCulture);
    }

    public int Id { get; }

    public string LogPath { get; }

    /// <summary>Whether it has ended by itself; then it is a zombie, since nobody reaps it.</summary>
    public bool HasExited => _ended || File.ReadAllText($"/proc/{Id}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X';

    /// <summary>The last lines that it wrote.</summary>
    public string Tail() => string.Join('\n', File.ReadLines(LogPath).TakeLast(20));

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public void Kill()
    {
        if (_ended) return;
        _ended = true;
        _shell.StandardInput.Close();
        _shell.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _shell.Dispose();
    }
}
