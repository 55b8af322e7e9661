using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoScaling.Kubernetes.Benchmarks.ManyPods;

/// <summary>What the worker costs, as it is shipped, beside an API server that has many pods of which few are its targets'.</summary>
internal static class ManyPodsRun
{
    private const int PeakLoad = 900;

    // As in the manifests and the policies of the sample.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Settling = 8 * Interval;
    private static readonly TimeSpan Measured = 8 * Interval;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Pods of the whole cluster that change in a second, of whomever.
    private const int Changes = 10;

    /// <summary>Measures each of several clusters.</summary>
    /// <param name="worker">The program of the worker.</param>
    /// <param name="sizes">Targets and pods: <c>50x20000</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(string worker, IReadOnlyList<(int Targets, int Pods)> sizes, CancellationToken cancellationToken)
    {
        Console.WriteLine("| targets x pods | memory, most | memory, then | CPU | received at the start | received in 15 s | requests in 15 s | scaled after |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (targets, pods) in sizes) Console.WriteLine(await MeasureAsync(worker, targets, pods, cancellationToken));
        return 0;
    }

    private static async Task<string> MeasureAsync(string worker, int targets, int pods, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("autoscaling-pods-").FullName;
        using var certificate = Certificate();
        await using var server = await PodServer.StartAsync(pods, certificate, cancellationToken);
        var account = Directory.CreateDirectory(Path.Combine(folder, "serviceaccount")).FullName;
        await File.WriteAllTextAsync(Path.Combine(account, "token"), "token", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(account, "namespace"), "autoscaling", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(account, "ca.crt"), certificate.ExportCertificatePem(), cancellationToken);
        var policies = Path.Combine(folder, "policies.yaml");
        await File.WriteAllTextAsync(policies, PodTexts.Policies(targets), cancellationToken);
        var variables = new Dictionary<string, string>(LoopProcess.SmallContainer, StringComparer.Ordinal)
        {
            ["KUBERNETES_SERVICE_PORT"] = new Uri(server.Address).Port.ToString(CultureInfo.InvariantCulture),
            ["Kubernetes__AllNamespaces"] = "true",
            ["POLICY_FILE"] = policies,
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        using var process = Shell.Start(["unshare", "--mount", "bash", "-c", LoopProcess.AsInPod, account, "dotnet", worker], variables);
        var reading = process.StandardOutput.ReadToEndAsync(cancellationToken);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var changing = ChangeAsync(server, pods, stop.Token);
            await Task.Delay(Settling, cancellationToken);
            var (cpu, before, began) = (Proc.Cpu(process.Id), Sum(server), Stopwatch.GetTimestamp());
            await Task.Delay(Measured, cancellationToken);
            var (took, after) = (Stopwatch.GetElapsedTime(began), Sum(server));
            var share = (Proc.Cpu(process.Id) - cpu) / took.TotalSeconds;
            var rounds = took / Interval;
            var then = Proc.Memory(process.Id);
            server.Load = PeakLoad;
            var jumped = Stopwatch.GetTimestamp();
            while (server.Scaled.Count < targets && Stopwatch.GetElapsedTime(jumped) < Patience && !process.HasExited) await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            var scaled = server.Scaled.Count == targets ? $"{Stopwatch.GetElapsedTime(jumped).TotalSeconds:0.0} s" : $"{server.Scaled.Count} only";
            await stop.CancelAsync();
            await changing;
            await Console.Error.WriteLineAsync(string.Join(", ", server.Answers.Select(a => $"{a.Value.Requests} x {a.Key}")));
            return FormattableString.Invariant(
                $"| {targets:N0} x {pods:N0} | {Proc.PeakMemory(process.Id):0} MB | {then:0} MB | {share:0.0 %} | {Mega(before.Bytes)} MB | {Mega((after.Bytes - before.Bytes) / rounds)} MB | {(after.Requests - before.Requests) / rounds:0} | {scaled} |");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            await reading;
            var log = Path.Combine(folder, "loop.log");
            if (File.Exists(log) && new FileInfo(log).Length > 0) await Console.Error.WriteLineAsync(await File.ReadAllTextAsync(log, CancellationToken.None));
            foreach (var line in (await reading).Split('\n').Where(l => l.Contains("warn:", StringComparison.Ordinal)).Take(5)) await Console.Error.WriteLineAsync(line);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ChangeAsync(PodServer server, int pods, CancellationToken stop)
    {
        // Always the same ones: a generator that begins anew.
        var pod = 0;
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1.0 / Changes), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pod = (int)((pod + 7919L) % pods);
            server.Touch(pod);
        }
    }

    private static (int Requests, long Bytes) Sum(PodServer server) => (server.Answers.Values.Sum(a => a.Requests), server.Answers.Values.Sum(a => a.Bytes));

    private static string Mega(double bytes) => (bytes / 1_000_000).ToString("0.0", CultureInfo.InvariantCulture);

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=api", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
