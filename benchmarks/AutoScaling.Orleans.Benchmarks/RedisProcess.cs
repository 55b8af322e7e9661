using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace AutoScaling.Orleans.Benchmarks;

/// <summary>A Redis of its own, in memory only.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RedisProcess(Process process, string connection) => (_process, Connection) = (process, connection);

    public string Connection { get; }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static RedisProcess Start()
    {
        var port = SiloProcess.FreePort();
        var process = Process.Start(new ProcessStartInfo(
            "/usr/bin/redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", Path.GetTempPath()])
        { UseShellExecute = false, RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        return new(process, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},abortConnect=false"));
    }

    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync(Connection + ",allowAdmin=true");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
