using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>A control plane that a folder's scripts start and stop, and the fleet in it.</summary>
internal sealed class Cluster(string folder) : IAsyncDisposable
{
    public const string AdminToken = "admintoken";

    private const int ScriptsPort = 16443;
    private const int DefaultPort = 17443;
    private static readonly HttpClient Http = new();

    private string? _scripts;

    public string Files { get; } = Environment.GetEnvironmentVariable("KDIR") ?? Path.Combine(Path.GetTempPath(), $"autoscaling-fleet-{Environment.ProcessId}");

    public int Port { get; } = int.TryParse(Environment.GetEnvironmentVariable("PORT"), CultureInfo.InvariantCulture, out var port) ? port : DefaultPort;

    public AuditLog Audit => new(Files);

    public Dictionary<string, string> Variables => new(StringComparer.Ordinal) { ["KDIR"] = Files, ["PORT"] = $"{Port}" };

    /// <summary>Starts it anew, with controllers as quick as those of the baseline, and makes a fleet of one-pod deployments in it.</summary>
    public async Task StartAsync(int count, int milli, CancellationToken cancellationToken)
    {
        await DownAsync();
        await Shell.RunAsync([Script("up"), "--nodes"], new Dictionary<string, string>(Variables, StringComparer.Ordinal) { ["QPS"] = "2000" }, null, cancellationToken);
        await SetLoadAsync($$"""{"all":{{milli}}}""", cancellationToken);
        await FleetAsync(cancellationToken, "create", $"{count}");
        await FleetAsync(cancellationToken, "wait-ready", $"{count}");
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

    /// <summary>The scripts take their port from the environment, but the address of the metrics' server is written in a file: a copy has the right one.</summary>
    private string CopyScripts()
    {
        var copy = Directory.CreateTempSubdirectory("autoscaling-scripts-").FullName;
        foreach (var file in Directory.EnumerateFiles(folder)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        var metrics = Path.Combine(copy, "metrics-api.yaml");
        var text = File.ReadAllText(metrics).Replace($"port: {ScriptsPort + 1}", $"port: {Port + 1}", StringComparison.Ordinal);
        File.Delete(metrics);
        File.WriteAllText(metrics, text);
        return copy;
    }
}
