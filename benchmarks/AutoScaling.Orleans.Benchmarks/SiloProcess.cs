using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>A silo in a process of its own, or a host that is alone, seen from outside.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;

    private SiloProcess(Process process) => _process = process;

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static SiloProcess Start(int targets, RedisProcess redis, MemberKind kind)
    {
        string[] ports = kind == MemberKind.Alone ? [] : [$"{FreePort()}", $"{FreePort()}"];
        string[] arguments = ["silo", $"{kind}", $"{targets}", redis.Connection, .. ports];
        return new(Process.Start(new ProcessStartInfo("dotnet", [typeof(SiloProcess).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    /// <summary>Asks it how many evaluations it has made, and which targets it has evaluated since a time.</summary>
    public async Task<(long Evaluations, bool[] Seen)> AskAsync(long since)
    {
        await _process.StandardInput.WriteLineAsync(since.ToString(CultureInfo.InvariantCulture));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A silo has ended.");
        var words = line.Split(' ');
        return (long.Parse(words[0], CultureInfo.InvariantCulture), [.. words[1].Select(seen => seen == '1')]);
    }

    /// <summary>Has it ask for the status of all targets.</summary>
    /// <returns>How many it got, and the milliseconds of its processor time.</returns>
    public async Task<string> AskStatusAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A silo has ended.");
    }

    /// <summary>Ends it at once, wherever it is (<c>kill -9</c>).</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What a process is.</summary>
internal enum MemberKind
{
    /// <summary>A host without a cluster.</summary>
    Alone,

    /// <summary>A silo whose ports answer at once: what is left is the loop, Orleans and the storage.</summary>
    Instant,

    /// <summary>A silo whose targets, and what they are loaded with, are in Redis, so that they outlive it.</summary>
    World,
}
