using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace AutoScaling.Prometheus.Tests.Server;

/// <summary>A real server on a free port of this machine, with a folder of its own.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly Process _process;

    private PrometheusProcess(string folder, int port, Process process, string scheme)
    {
        (_folder, _process) = (folder, process);
        Url = new($"{scheme}://localhost:{port.ToString(CultureInfo.InvariantCulture)}");
    }

    public Uri Url { get; }

    /// <summary>Starts a server, and waits until it listens.</summary>
    /// <param name="history">What it has measured already, in OpenMetrics with times.</param>
    /// <param name="config">Its configuration: what it scrapes.</param>
    /// <param name="web">Its web configuration: who may ask.</param>
    /// <param name="client">Asks whether it is ready, if it wants more than a plain client.</param>
    /// <param name="arguments">More arguments.</param>
    public static async Task<PrometheusProcess> StartAsync(
        string? history = null, string config = "", string? web = null, HttpClient? client = null, params string[] arguments)
    {
        var programs = PrometheusInstall.Folder;
        var folder = Directory.CreateTempSubdirectory("prometheus-test").FullName;
        var data = Path.Combine(folder, "data");
        if (history is not null)
        {
            var file = Path.Combine(folder, "history.txt");
            await File.WriteAllTextAsync(file, history);
            await RunAsync(Path.Combine(programs, "promtool"), "tsdb", "create-blocks-from", "openmetrics", file, data);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config);
        List<string> more = [.. arguments];
        if (web is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "web.yml"), web);
            more.Add($"--web.config.file={Path.Combine(folder, "web.yml")}");
        }

        var port = FreePorts.Take();
        var start = new ProcessStartInfo(Path.Combine(programs, "prometheus"),
        [
            $"--config.file={Path.Combine(folder, "prometheus.yml")}", $"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=10y",
            $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", "--log.level=warn", .. more,
        ])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        var isSecure = web?.Contains("tls_server_config", StringComparison.Ordinal) == true;
        var server = new PrometheusProcess(folder, port, process, isSecure ? "https" : "http");
        using var own = new HttpClient();
        await Condition.HoldsAsync(
            async () =>
            {
                if (process.HasExited) throw new InvalidOperationException($"Prometheus ended: {string.Join(' ', said)}");
                try
                {
                    // 401 is an answer, too.
                    using var response = await (client ?? own).GetAsync(new Uri(server.Url, "/-/ready"));
                    return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Patience,
            "Prometheus is ready");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output} {error}");
    }
}
