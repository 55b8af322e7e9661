using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using AutoScaling.Kubernetes.Benchmarks;
using AutoScaling.Kubernetes.Benchmarks.ManyPods;

[assembly: SupportedOSPlatform("linux")]

const string Usage = """
    fleet CLUSTER_FOLDER N [--no-hpa] [--events] [--shipped]
        A fleet of N one-pod deployments whose load jumps: how long until each is scaled, beside the real HPA controller.
        --no-hpa: ours alone; --events: write Kubernetes Events too, as is the package's default and the HPA's habit; --shipped: that,
        a Lease and saved state, as the worker of the samples has them.
    soak CLUSTER_FOLDER N MINUTES
        A fleet whose loads change all the time, while the API server is killed three times: looks for wrong scalings, growth and lost lists.
    manypods [--worker DLL] TARGETSxPODS ...
        The worker of the samples, or what its Dockerfile published, beside an API server of this program's own that has many pods: 50x1000 50x20000 50x100000 1000x10000. Needs root.

    CLUSTER_FOLDER has the scripts up, down, fleet.mjs and bench-hpa. Environment: KUBEBUILDER_ASSETS, KDIR (files; removed at the end), PORT.
    """;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    // The first signal cleans up, a second one ends at once.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return args switch
    {
        ["fleet", var folder, var count, .. var flags] when Number(count) is { } n && flags.All(f => f is "--no-hpa" or "--events" or "--shipped") =>
            await FleetRun.RunAsync(folder, n, flags, stop.Token),
        ["soak", var folder, var count, var minutes] when Number(count) is { } n && Number(minutes) is { } m => await SoakRun.RunAsync(folder, n, TimeSpan.FromMinutes(m), stop.Token),
        ["manypods", .. var given] when ManyPods(given) is { } asked => await ManyPodsRun.RunAsync(asked.Worker, asked.Sizes, stop.Token),
        ["loop", .. var loop] => await Loop.RunAsync(loop, stop.Token),
        _ => await WrongAsync(),
    };
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

static (int Targets, int Pods)? Size(string text) =>
    text.Split('x') is [var targets, var pods] && Number(targets) is { } t && Number(pods) is { } p ? (t, p) : null;

static (string Worker, (int Targets, int Pods)[] Sizes)? ManyPods(string[] given)
{
    var (worker, sizes) = given is ["--worker", var dll, .. var rest] ? (Path.GetFullPath(dll), rest) : (Worker(), given);
    return sizes.Length > 0 && Array.TrueForAll(sizes, s => Size(s) is not null) ? (worker, [.. sizes.Select(s => Size(s)!.Value)]) : null;
}

// Where it was built, beside this program.
static string Worker()
{
    var built = new DirectoryInfo(AppContext.BaseDirectory);
    return Path.GetFullPath(Path.Combine(built.FullName, $"../../../../../samples/AutoScaling.KubernetesWorker/bin/{built.Parent!.Name}/{built.Name}/AutoScaling.KubernetesWorker.dll"));
}

static async Task<int> WrongAsync()
{
    await Console.Error.WriteLineAsync(Usage);
    return 2;
}
