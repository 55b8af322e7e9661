using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Orleans.Tests.Processes;

/// <summary>A Redis of its own, with its data in a folder of its own. Skips the test where it is not installed.</summary>
internal sealed class RedisServer : IStorageServer
{
    private const string Program = "/usr/bin/redis-server";

    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-redis-").FullName;
    private readonly int _port = Ports.Free();
    private Process? _process;

    public RedisServer() => Assert.SkipUnless(File.Exists(Program), "The Debian package redis-server is not installed.");

    public IEnumerable<string> Arguments => ["--redis", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},abortConnect=false")];

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port},abortConnect=false");

    public Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always" },
        })!;
        _ = _process.StandardOutput.ReadToEndAsync();
        return Waiting.UntilAsync(Answers, Waiting.Patience, "Redis answers");
    }

    /// <summary>Ends it at once; what it has confirmed is on the disk.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) _process.Kill();
        if (_process is not null) await _process.WaitForExitAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            client.Connect(System.Net.IPAddress.Loopback, _port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
