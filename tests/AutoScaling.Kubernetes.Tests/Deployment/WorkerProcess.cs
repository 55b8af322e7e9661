using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Tests.Readme;

namespace AutoScaling.Kubernetes.Tests.Deployment;

/// <summary>A copy of the worker in a process of its own, with the environment that the manifests give it.</summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly GuardedProcess _process;

    public WorkerProcess(string folder, string name, string kubeConfig, string policies, IEnumerable<KeyValuePair<string, string>> settings)
    {
        Name = name;

        // Where it was built: beside the tests it would not find packages that are part of their framework.
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Document.PathOf($"samples/AutoScaling.KubernetesWorker/bin/{built.Parent!.Name}/{built.Name}/AutoScaling.KubernetesWorker.dll");
        Dictionary<string, string> environment = new(settings)
        {
            ["POD_NAME"] = name,
            ["POLICY_FILE"] = policies,
            ["Kubernetes__KubeConfig"] = kubeConfig,
            ["Kubernetes__MaxListAge"] = "00:00:00.5",
            ["DOTNET_EnableDiagnostics"] = "0",

            // Any port that is free, and for this machine alone.
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",

            // A machine that is busy for some seconds is no reason to warn, or to lose the Lease.
            ["LeaderElection__LeaseDuration"] = "00:01:30",
            ["LeaderElection__RenewDeadline"] = "00:01:00",
        };
        _process = new("env", Path.Combine(folder, $"worker-{name}.log"), [.. environment.Select(e => $"{e.Key}={e.Value}"), "dotnet", program]);
    }

    public string Name { get; }

    public string Output
    {
        get
        {
            if (!File.Exists(_process.LogPath)) return "";
            using var reader = new StreamReader(new FileStream(_process.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    public bool Leads => Output.Contains("leads now and scales the targets.", StringComparison.Ordinal);

    /// <summary>Where it answers, once it says so.</summary>
    private string? Address => Listening().Match(Output) is { Success: true } match ? match.Value : null;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Waits until it has written something.</summary>
    public Task SaysAsync(string text) => UntilAsync(() => Task.FromResult(Output.Contains(text, StringComparison.Ordinal)), $"it says '{text}'");

    /// <summary>Waits until something has come true.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > Patience) Assert.Fail($"It did not come true that {what}. {Name} says:\n{Output}");
            await Task.Delay(20, Cancellation);
        }
    }

    /// <summary>Asks it, as the kubelet and Prometheus do.</summary>
    /// <returns>The status code and the answer.</returns>
    public async Task<(int Status, string Answer)> AskAsync(string path)
    {
        await UntilAsync(() => Task.FromResult(Address is not null), "it listens");
        using var client = new HttpClient { Timeout = Patience };
        using var response = await client.GetAsync(new Uri(new Uri(Address!), path), Cancellation);
        return ((int)response.StatusCode, (await response.Content.ReadAsStringAsync(Cancellation)).TrimEnd());
    }

    /// <summary>SIGTERM, as the kubelet sends it; returns when the process has ended.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(Cancellation);
        while (!_process.HasExited) await Task.Delay(20, Cancellation);
    }

    public void Dispose() => _process.Dispose();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Listening();
}
