using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>A control plane that a folder's scripts start and stop, and the fleet in it.</summary>
internal sealed class Cluster(string folder) : IAsyncDisposable
{
    public const string AdminToken = "admintoken";

    private const int ScriptsPort = 16443;
    private const int DefaultPort = 17443;
    // Many times what it takes on two busy cores.
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan TimePerPod = TimeSpan.FromMilliseconds(100);
    private static readonly HttpClient Http = new();

    private string? _scripts;

    public string Files { get; } = Environment.GetEnvironmentVariable("KDIR") ?? Path.Combine(Path.GetTempPath(), $"autoscaling-fleet-{Environment.ProcessId}");

    public int Port { get; } = int.TryParse(Environment.GetEnvironmentVariable("PORT"), CultureInfo.InvariantCulture, out var port) ? port : DefaultPort;

    /// <summary>All requests from now on.</summary>
    public AuditLog Audit() => new(Files);

    public Dictionary<string, string> Variables => new(StringComparer.Ordinal) { ["KDIR"] = Files, ["PORT"] = $"{Port}" };

    /// <summary>Starts it anew, with controllers as quick as those of the baseline, and makes a fleet of one-pod deployments in it.</summary>
    public async Task StartAsync(int count, int milli, CancellationToken cancellationToken)
    {
        await DownAsync();
        await Shell.RunAsync([Script("up"), "--nodes"], new Dictionary<string, string>(Variables, StringComparer.Ordinal) { ["QPS"] = "2000" }, null, cancellationToken);
        await SetLoadAsync($$"""{"all":{{milli}}}""", cancellationToken);
        await FleetAsync(cancellationToken, "create", $"{count}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartTime + (TimePerPod * count));
        try
        {
            await FleetAsync(patience.Token, "wait-ready", $"{count}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The fleet does not become ready; the controllers say: {string.Join('\n', File.ReadLines(Path.Combine(Files, "kcm.log")).TakeLast(5))}", e);
        }
    }

    /// <summary>Writes what a pod finds of its service account, with an administrator's token.</summary>
    /// <returns>The folder.</returns>
    public string WriteServiceAccount()
    {
        var account = Directory.CreateDirectory(Path.Combine(Files, "serviceaccount")).FullName;
        File.WriteAllText(Path.Combine(account, "token"), AdminToken);
        File.WriteAllText(Path.Combine(account, "namespace"), "default");

        // The API server signed its certificate itself; the authority's follows it in the file.
        const string Begin = "-----BEGIN CERTIFICATE-----";
        var certificates = File.ReadAllText(Path.Combine(Files, "certs", "apiserver.crt"));
        File.WriteAllText(Path.Combine(account, "ca.crt"), certificates[certificates.LastIndexOf(Begin, StringComparison.Ordinal)..]);
        return account;
    }

    public Task<string> FleetAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Shell.RunAsync(["node", Script("fleet.mjs"), .. arguments], Variables, null, cancellationToken);

    public async Task SetLoadAsync(string load, CancellationToken cancellationToken)
    {
        using var content = new StringContent(load);
        using var response = await Http.PostAsync(new Uri($"http://127.0.0.1:{Port + 2}/load"), content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public string Script(string name) => Path.Combine(_scripts ??= CopyScripts(), name);

    /// <summary>The process of one of its parts: etcd, apiserver, kcm or fakenode.</summary>
    public int Pid(string part) => int.Parse(File.ReadAllText(Path.Combine(Files, part + ".pid")), CultureInfo.InvariantCulture);

    /// <summary>Kills one of its parts without warning.</summary>
    /// <returns>Starts it again, with the same arguments.</returns>
    public async Task<Func<CancellationToken, Task>> KillAsync(string part)
    {
        var pid = Pid(part);
        var command = (await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        await Shell.KillAsync(pid);
        while (Proc.IsAlive(pid)) await Task.Delay(TimeSpan.FromMilliseconds(10));
        return stop => Shell.RunAsync(["bash", "-c", """cd "$0" && { nohup "${@:2}" >>"$1.log" 2>&1 & echo $! >"$1.pid"; }""", Files, part, .. command], Variables, null, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        Directory.Delete(_scripts!, recursive: true);
    }

    private async Task DownAsync() => await Shell.RunAsync([Script("down")], Variables, null, CancellationToken.None);

    /// <summary>
    /// The scripts take their port from the environment, but the address of the metrics' server is written in a file, and the controllers serve on ports of their own;
    /// a copy has the right address and no such ports, so that another control plane may run beside this one.
    /// </summary>
    private string CopyScripts()
    {
        var copy = Directory.CreateTempSubdirectory("autoscaling-scripts-").FullName;
        foreach (var file in Directory.EnumerateFiles(folder)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Replace("metrics-api.yaml", $"port: {ScriptsPort + 1}", $"port: {Port + 1}");
        Replace("up", "--leader-elect=false", "--leader-elect=false --port=0 --secure-port=0");
        return copy;

        void Replace(string file, string what, string by)
        {
            var path = Path.Combine(copy, file);
            var mode = File.GetUnixFileMode(path);
            var text = File.ReadAllText(path).Replace(what, by, StringComparison.Ordinal);
            File.Delete(path);
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, mode);
        }
    }
}
