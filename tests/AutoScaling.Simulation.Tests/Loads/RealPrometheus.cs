using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace AutoScaling.Simulation.Tests.Loads;

/// <summary>
/// A real server with a history, on a free port of this machine and with a folder of its own. Its programs are in the folder that
/// AUTOSCALING_PROMETHEUS names, on the path, or in the cache directory where the tests of AutoScaling.Prometheus unpack them.
/// </summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autoscaling-prometheus-").FullName;
    private Process? _process;

    public Uri Url { get; private set; } = new("http://localhost:1");

    /// <summary>Starts a server that has measured something; skips the test where there is none.</summary>
    /// <param name="history">What it has measured, in OpenMetrics with times.</param>
    public static async Task<RealPrometheus> StartAsync(string history)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "autoscaling-tests", "prometheus", "usr", "bin");
        string?[] folders = [Environment.GetEnvironmentVariable("AUTOSCALING_PROMETHEUS"), .. path, cache];
        var programs = folders.FirstOrDefault(f => f is { Length: > 0 } && File.Exists(Path.Combine(f, "prometheus")) && File.Exists(Path.Combine(f, "promtool")));
        Assert.SkipWhen(programs is null, "A real Prometheus is needed, but there is none: put prometheus and promtool on the path, or name their folder by AUTOSCALING_PROMETHEUS.");
        var server = new RealPrometheus();
        try
        {
            await server.BeginAsync(programs!, history);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) _process.Kill();
        if (_process is not null) await _process.WaitForExitAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task BeginAsync(string programs, string history)
    {
        var (samples, data, config) = (Path.Combine(_folder, "history.txt"), Path.Combine(_folder, "data"), Path.Combine(_folder, "prometheus.yml"));
        await File.WriteAllTextAsync(samples, history);
        await File.WriteAllTextAsync(config, "");
        using (var promtool = Start(Path.Combine(programs, "promtool"), "tsdb", "create-blocks-from", "openmetrics", samples, data))
        {
            var output = promtool.StandardOutput.ReadToEndAsync();
            var said = await promtool.StandardError.ReadToEndAsync();
            _ = await output;
            await promtool.WaitForExitAsync();
            Assert.True(promtool.ExitCode == 0, said);
        }

        using (var free = new TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            free.Start();
            Url = new($"http://localhost:{((System.Net.IPEndPoint)free.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}");
        }

        _process = Start(
            Path.Combine(programs, "prometheus"), $"--config.file={config}", $"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
            $"--web.listen-address=127.0.0.1:{Url.Port.ToString(CultureInfo.InvariantCulture)}", "--log.level=error");
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        using var client = new HttpClient();
        var (time, began) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
        while (!await IsReadyAsync(client))
        {
            Assert.False(_process.HasExited, "Prometheus has ended.");
            Assert.True(time.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "Prometheus is not ready within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(Url, "/-/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
}
