using System.Diagnostics;
using System.Globalization;

namespace AutoScaling.Kubernetes.Benchmarks;

/// <summary>The loop on a fleet whose loads change all the time, in three parts, in the middle of each of which the API server is killed.</summary>
internal sealed class SoakRun(Cluster cluster, LoopProcess loop, int count, TimeSpan part) : IDisposable
{
    private readonly SoakLoads _loads = new(cluster, count);
    private readonly ApiServer _server = new(cluster.Port, Path.Combine(cluster.WriteServiceAccount(), "ca.crt"));
    private readonly List<(double Heap, double Memory)> _memory = [];
    private SoakJudge? _judge;

    private SoakJudge Judge => _judge ??= new(_loads);

    public static async Task<int> RunAsync(string folder, int count, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var cluster = new Cluster(folder);
        Say($"Starting a control plane with {count} deployments in {cluster.Files} ...");
        await cluster.StartAsync(count, SoakSettings.Loads[0], cancellationToken);
        await using var loop = new LoopProcess(cluster, count, "--soak");
        await loop.RoundsAsync(3, cancellationToken);
        if (loop.FailedInRound > 0) throw new InvalidOperationException($"{loop.FailedInRound} of {count} targets cannot be evaluated: {loop.Log(10)}");
        using var soak = new SoakRun(cluster, loop, count, duration / SoakSettings.Restarts);
        return await soak.RunAsync(cancellationToken);
    }

    public void Dispose() => _server.Dispose();

    private async Task<int> RunAsync(CancellationToken stop)
    {
        Func<CancellationToken, Task>[] faults = [MetricsThenServerAsync, WhileWritingAsync, AllForLongAsync];
        for (var i = 0; i < SoakSettings.Restarts; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await ChangeAsync(() => Stopwatch.GetElapsedTime(start) < part * 0.3, stop);
            await faults[i](stop);
            await ChangeAsync(() => Stopwatch.GetElapsedTime(start) < part - SoakSettings.SettleTime, stop);
            await SettleAsync(stop);
            _memory.Add((await loop.HeapAsync(stop), Proc.Memory(loop.Id)));
            Say($"Part {i + 1}: settled; heap {_memory[i].Heap:0.0} MB, process {_memory[i].Memory:0} MB.");
        }

        var (first, last) = (_memory[0], _memory[^1]);
        if (last.Heap > (first.Heap * SoakSettings.Growth) + SoakSettings.GrowthAllowance) Judge.Breach(Invariant($"the heap grew from {first.Heap:0.0} to {last.Heap:0.0} MB"));
        if (last.Memory > (first.Memory * SoakSettings.Growth) + SoakSettings.GrowthAllowance) Judge.Breach(Invariant($"the process grew from {first.Memory:0} to {last.Memory:0} MB"));
        Console.WriteLine($"{count} targets, {SoakSettings.Restarts} parts of {part.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} minutes, {_loads.Changes} changes of loads, {Judge.Judged} scalings tried: {string.Join(", ", Judge.Outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        Console.WriteLine($"Heap {string.Join(", ", _memory.Select(m => Invariant($"{m.Heap:0.0}")))} MB; process {string.Join(", ", _memory.Select(m => Invariant($"{m.Memory:0}")))} MB, at most {Invariant($"{Proc.PeakMemory(loop.Id):0}")} MB; CPU {Invariant($"{Proc.Cpu(loop.Id):0.0}")} s");
        Console.WriteLine(Judge.Breaches.Count == 0 ? "No wrong scaling, no growth, nothing lost." : $"{Judge.Breaches.Count} breaches.");
        return Judge.Breaches.Count == 0 ? 0 : 1;
    }

    /// <summary>The metrics go first, while scalings down are due; then the API server.</summary>
    private async Task MetricsThenServerAsync(CancellationToken stop)
    {
        await _loads.ChangeAsync(0.2, stop);
        await PauseAsync(SoakSettings.DownWindow / 2, stop);
        var blind = DateTimeOffset.UtcNow;
        var startMetrics = await cluster.KillAsync("fakenode");
        Say("The metrics server was killed.");
        await PauseAsync(SoakSettings.DownWindow, stop);
        var startServer = await cluster.KillAsync("apiserver");
        Say("The API server was killed.");
        await RestartAsync(startMetrics, startServer, blind, TimeSpan.FromSeconds(5), stop);
    }

    /// <summary>The API server goes in the middle of a writing.</summary>
    private async Task WhileWritingAsync(CancellationToken stop)
    {
        await _loads.ChangeAsync(0.3, stop);
        var seen = Judge.Judged;
        var deadline = Stopwatch.GetTimestamp();
        while (Judge.Judged < seen + (count / 50) && Stopwatch.GetElapsedTime(deadline) < SoakSettings.SettleTime)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
            Listen();
        }

        await AllAsync("in the middle of a writing", TimeSpan.FromSeconds(10), stop);
    }

    /// <summary>Everything is away for longer than the window of what is remembered.</summary>
    private Task AllForLongAsync(CancellationToken stop) => AllAsync("together with the metrics server, for long", SoakSettings.DownWindow + FleetSettings.Interval, stop);

    private async Task AllAsync(string how, TimeSpan away, CancellationToken stop)
    {
        var blind = DateTimeOffset.UtcNow;
        var startServer = await cluster.KillAsync("apiserver");
        var startMetrics = await cluster.KillAsync("fakenode");
        Say($"The API server was killed {how}.");
        await RestartAsync(startMetrics, startServer, blind, away, stop);
    }

    /// <summary>Brings both back. The metrics server of the scripts forgets the loads, and does not notice that its watch has ended, so it is always started anew, and told the loads before anyone can ask it.</summary>
    private async Task RestartAsync(Func<CancellationToken, Task> startMetrics, Func<CancellationToken, Task> startServer, DateTimeOffset blind, TimeSpan away, CancellationToken stop)
    {
        await startMetrics(stop);
        await PauseAsync(away, stop);
        await _loads.ChangeAsync(SoakSettings.ShareOfChange, stop);
        await _loads.RepeatAsync(stop);
        Judge.Blind(blind, DateTimeOffset.UtcNow);
        var start = Stopwatch.GetTimestamp();
        await startServer(stop);
        await _server.WaitUntilReadyAsync(stop);
        Judge.SeesAgain(DateTimeOffset.UtcNow);
        Say(Invariant($"The API server is back, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s after its start."));
    }

    private async Task ChangeAsync(Func<bool> goOn, CancellationToken stop)
    {
        while (goOn())
        {
            await _loads.ChangeAsync(SoakSettings.ShareOfChange, stop);
            await PauseAsync(SoakSettings.BetweenChanges, stop);
            Judge.See(await _server.ReplicasAsync(stop));
        }
    }

    /// <summary>Waits until every deployment has the replicas for its load: after a restart this shows that no list was lost.</summary>
    private async Task SettleAsync(CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            await PauseAsync(TimeSpan.FromSeconds(2), stop);
            var replicas = await _server.ReplicasAsync(stop);
            Judge.See(replicas);
            var wrong = Enumerable.Range(0, count).Where(i => replicas[$"app-{i}"] != _loads.Wanted(i)).ToList();
            if (wrong.Count == 0) break;
            if (Stopwatch.GetElapsedTime(start) < SoakSettings.SettleTime) continue;
            Judge.Breach($"{wrong.Count} deployments do not have the replicas for their load, such as app-{wrong[0]}: {replicas[$"app-{wrong[0]}"]} instead of {_loads.Wanted(wrong[0])}");
            Say(loop.Log(10));
            break;
        }
    }

    private async Task PauseAsync(TimeSpan time, CancellationToken stop)
    {
        await Task.Delay(time, stop);
        Listen();
        if (!Proc.IsAlive(loop.Id)) throw new InvalidOperationException($"The loop has ended: {loop.Log(10)}");
    }

    private void Listen()
    {
        while (loop.Scalings.TryDequeue(out var scaling)) Judge.Judge(scaling);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static void Say(string text) => Console.Error.WriteLine($"{DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");
}
