using System.Globalization;
using AutoScaling.Sample.Run;

namespace AutoScaling.Sample.Output;

/// <summary>What a run came to, in a few lines.</summary>
internal static class Summary
{
    public static void Print(TextWriter output, SampleOptions options, History history, Workload? workload, RunFiles files)
    {
        output.WriteLine();
        Line("Run", $"{Texts.Seconds(history.Elapsed)}, {workload?.Load.Name ?? "simulated metrics"}, seed {options.Seed}");
        if (workload?.Dispatcher is { } jobs)
        {
            var unfinished = jobs.Arrived - jobs.Served;
            Line("Load", $"{jobs.Arrived} jobs arrived, {jobs.Served} served, {unfinished} left{(jobs.Returned > 0 ? $", {jobs.Returned} given to another worker" : "")}");
            Line("Waiting", Waits(jobs.Waits()));
        }

        foreach (var service in history.Last) Line("Scaling", Scaling(service.Target, service.Policy.Range, history));
        var width = files.Decisions.Length;
        Line("Written", $"{files.Plot.PadRight(width)}  {(workload is null ? "CPU and replicas" : "load, replicas and queue")} over time");
        Line("", $"{files.Decisions.PadRight(width)}  every decision and what it was made of");
        Line("", $"{files.Log.PadRight(width)}  what the host logged");

        void Line(string what, string text) => output.WriteLine($"{what,-8} {text}");
    }

    private static string Scaling(ScalingTarget service, ReplicaRange range, History history)
    {
        var done = history.Changes.Select(c => c.Record).Where(r => r.Target == service && r.Outcome.Kind == ScaleOutcomeKind.Applied).ToList();
        var (up, down) = (done.Count(r => r.Decision!.Direction == ScaleDirection.Up), done.Count(r => r.Decision!.Direction == ScaleDirection.Down));
        var counts = history.Samples.SelectMany(s => s.Services).Where(s => s.Service == service).Select(s => s.Desired).DefaultIfEmpty().ToList();
        var used = ReplicaSeconds(service, history.Samples);
        return string.Create(CultureInfo.InvariantCulture,
            $"{service}: {up} up, {down} down, {counts.Min()} to {counts.Max()} replicas, {used:0} replica-seconds ({range.Max} all the time: {range.Max * history.Elapsed.TotalSeconds:0})");
    }

    private static double ReplicaSeconds(ScalingTarget service, IReadOnlyList<Moment> samples) => samples
        .Zip(samples.Skip(1), (from, to) => (to.At - from.At).TotalSeconds * (from.Services.FirstOrDefault(s => s.Service == service)?.Desired ?? 0))
        .Sum();

    private static string Waits(TimeSpan[] waits)
    {
        if (waits.Length == 0) return "no job was served";
        Array.Sort(waits);
        TimeSpan Quantile(double level) => waits[(int)Math.Ceiling(level * waits.Length) - 1];
        return $"p50 {Texts.Wait(Quantile(0.5))}, p95 {Texts.Wait(Quantile(0.95))}, max {Texts.Wait(waits[^1])}";
    }
}
