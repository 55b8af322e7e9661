using System.Collections.Concurrent;
using System.Diagnostics;

namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>A silo in a process of its own, or a host that is alone.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private Silo(string name, int http, Process process) => (Name, Http, _process) = (name, http, process);

    public string Name { get; }

    /// <summary>The port of its endpoints.</summary>
    public int Http { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>What it has logged.</summary>
    public IEnumerable<string> Lines => _lines;

    public static Silo Start(string name, World world, params IEnumerable<string> more)
    {
        var http = Ports.Free();
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Program)!,
        };
        foreach (var argument in (string[])[Program, "--silo", name, "--world", $"{world.Port}", "--http", $"{http}", .. more])
            start.ArgumentList.Add(argument);
        var silo = new Silo(name, http, Process.Start(start)!);
        silo._process.OutputDataReceived += (_, line) => silo.Add(line.Data);
        silo._process.ErrorDataReceived += (_, line) => silo.Add(line.Data);
        silo._process.BeginOutputReadLine();
        silo._process.BeginErrorReadLine();
        return silo;
    }

    /// <summary>Ends it at once, wherever it is (<c>kill -9</c>).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks it to stop, and waits for it.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    /// <summary>Stops it where it is.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on where it was stopped.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (Environment.GetEnvironmentVariable("AUTOSCALING_LOGS") is { Length: > 0 } folder)
            await File.WriteAllLinesAsync(Path.Combine(folder, $"{Name}-{Http}.log"), _lines);
    }

    // The program is built beside the tests, in the same configuration.
    private static string Program
    {
        get
        {
            var own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
            return Path.Combine(own.Replace("AutoScaling.Orleans.Tests", "AutoScaling.Orleans.Host", StringComparison.Ordinal), "AutoScaling.Orleans.Host.dll");
        }
    }

    private void Add(string? line)
    {
        if (line is not null) _lines.Enqueue(line);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }
}
