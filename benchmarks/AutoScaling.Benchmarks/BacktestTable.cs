using System.Diagnostics;
using System.Globalization;
using System.Text;
using AutoScaling.Simulation;

namespace AutoScaling.Benchmarks;

/// <summary>Backtests the baselines on every trace of a folder, and writes the table of their scores as a document.</summary>
internal static class BacktestTable
{
    private static readonly int[] Delays = [60, 180];

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length != 2 || !Directory.Exists(args[0]))
        {
            await Console.Error.WriteLineAsync("Usage: backtests FOLDER DOCUMENT, where the folder holds load traces (CSV with the header 'time_s,load') and the document is written.");
            return 1;
        }

        LoadTrace[] traces = [.. Directory.GetFiles(args[0], "*.csv").Order(StringComparer.Ordinal).Select(f => LoadTrace.Read(f))];
        var candidates = Candidate.Baselines;
        var start = Stopwatch.GetTimestamp();
        var document = new StringBuilder(Introduction);
        foreach (var delay in Delays)
        {
            var comparison = Backtest.Compare(candidates, traces, t => ServiceModel.For(t) with { StartDelay = StartDelay.Constant(TimeSpan.FromSeconds(delay)) });
            Write(document, comparison, delay);
        }

        await File.WriteAllTextAsync(args[1], document.ToString());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{traces.Length} traces x {candidates.Count} candidates x {Delays.Length} start delays in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s: {args[1]}"));
        return 0;
    }

    private static void Write(StringBuilder document, Comparison comparison, int delay)
    {
        Line($"");
        Line($"## Start delay {delay} s");
        Line($"");
        Line($"θ_U % / τ_U % / cost / θ_O %");
        Line($"");
        Line($"| trace | {string.Join(" | ", comparison.Candidates.Select(c => c.Name))} |");
        Line($"| --- |{string.Concat(comparison.Candidates.Select(_ => " --- |"))}");
        for (var w = 0; w < comparison.Workloads.Length; w++)
            Line($"| {comparison.Workloads[w].Trace.Name} | {string.Join(" | ", comparison.Candidates.Select((_, c) => Cell(comparison[w, c].Scores)))} |");
        Line($"");
        Line($"Means over the traces:");
        Line($"");
        Line($"| candidate | θ_U % | τ_U % | requests in shortage % | cost | paid / ready | scalings an hour | J |");
        Line($"| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (var c = 0; c < comparison.Candidates.Length; c++)
        {
            Scorecard[] all = [.. Enumerable.Range(0, comparison.Workloads.Length).Select(w => comparison[w, c].Scores)];
            double Mean(Func<Scorecard, double> of) => all.Average(of);
            Line($"| {comparison.Candidates[c].Name} | {Mean(s => s.UnderProvisioning):0.00} | {Mean(s => s.UnderTime):0.00} | {Mean(s => s.ShortageShare):0.0} | {Mean(s => s.RelativeCost):0.00} | {Mean(s => s.PaidReplicaHours / s.ReplicaHours):0.00} | {Mean(s => s.ScalingsPerHour):0.0} | {Mean(s => s.J):0.00} |");
        }

        void Line(FormattableString text) => document.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Cell(Scorecard s) => string.Create(CultureInfo.InvariantCulture, $"{s.UnderProvisioning:0.00} / {s.UnderTime:0.0} / {s.RelativeCost:0.00} / {s.OverProvisioning:0}");

    private const string Introduction =
        """
        # The baselines on real load

        Written by `dotnet run -c Release --project benchmarks/AutoScaling.Benchmarks -- backtests TRACES benchmarks/BACKTESTS.md`, where `TRACES` is a folder of load traces. Change the program, not this file.

        - Capacity of a replica: the 99th percentile of the load, divided by 24. Demand: `max(1, ceil(load / (0.8 · capacity)))`. The first quarter of each trace is not scored.
        - θ_U and θ_O: missing and spare replicas as a share of demand. τ_U: share of time with too few. Cost: hours of ready replicas, relative to the clairvoyant's.
          J: cost plus five times the share of requests that arrive in shortage; less is better.
        - Static mean: the mean demand of the whole trace, rounded up. The clairvoyant asks for the highest demand within the next start delay, and pays what it then has ready; it never lacks a replica.
        - A policy knows only what was measured: with a sample every 15 s that is an average over the last 15 s, a change of the load is seen 15 s later, and new replicas serve a start delay after that. A
          simulation whose policy sees the load of the very step it decides in has about 15 s less shortage per change.
        - Requests wait at most 30 s. A replica's utilization ends at 100 %, so no policy sees how much is missing; the queue keeps it at 100 % until it is drained.
        - The HPA's own rules hold for young replicas: one that is starting, or whose sample reaches back to before it was ready, counts as unused on the way up.
        - The traces with rows of half an hour or an hour say little about start delays of a minute.

        """;
}
