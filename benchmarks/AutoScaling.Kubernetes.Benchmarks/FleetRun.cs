using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The loop on a fleet whose load jumps at the worst moment, and the real HPA controller on the same fleet.</summary>
internal static class FleetRun
{
    // The first rounds load and compile what all later ones use; the HPA's baseline settles for 40 s too.
    private const int RoundsToSettle = 3;

    public static async Task<int> RunAsync(string folder, int count, string[] flags, CancellationToken cancellationToken)
    {
        string[] options = [.. flags.Except(["--no-hpa"])];
        var ours = await OursAsync(folder, count, options, cancellationToken);
        var hpa = !flags.Contains("--no-hpa") ? await HpaRun.RunAsync(folder, count, cancellationToken) : null;
        FleetReport.Print(count, options, ours, hpa);
        return ours.Times.Scaled == count ? 0 : 1;
    }

    private static async Task<FleetResult> OursAsync(string folder, int count, string[] options, CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster(folder);
        await Console.Error.WriteLineAsync($"Starting a control plane with {count} deployments in {cluster.Files} ...");
        await cluster.StartAsync(count, FleetSettings.LoadBefore, cancellationToken);
        await using var loop = new LoopProcess(cluster, count, options);
        await Console.Error.WriteLineAsync("Letting the loop settle ...");
        await loop.RoundsAsync(RoundsToSettle, cancellationToken);
        if (loop.FailedInRound > 0) throw new InvalidOperationException($"{loop.FailedInRound} of {count} targets cannot be evaluated: {loop.Log(10)}");

        // Right after what the pods use was listed: it is the worst moment, since the list is used for as long as is allowed.
        await loop.NextMetricsAsync(cluster, cancellationToken);
        using var audit = cluster.Audit();
        var (cpu, server) = (Proc.Cpu(loop.Id), Proc.Cpu(cluster.Pid("apiserver")));
        await Console.Error.WriteLineAsync("The load jumps ...");
        var times = await cluster.FleetAsync(
            cancellationToken, "flip", Invariant(FleetSettings.LoadAfter), Invariant(FleetSettings.ReplicasAfter), Environment.GetEnvironmentVariable("LIMIT") ?? "300");
        var result = new FleetResult
        {
            Times = FleetTimes.Parse(times),
            Cpu = Proc.Cpu(loop.Id) - cpu,
            Memory = Proc.PeakMemory(loop.Id),
            ServerCpu = Proc.Cpu(cluster.Pid("apiserver")) - server,
            Requests = audit.Count(LoopProcess.Agent),
        };
        if (loop.Log(20) is { Length: > 0 } log) await Console.Error.WriteLineAsync($"The loop logged warnings, the last of them:\n{log}");
        return result;
    }

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
