using AutoScaling.Sample.Load;
using AutoScaling.Sample.Run;

namespace AutoScaling.Sample.Output;

/// <summary>The plot of a run: load, replicas and queue; of a simulated one: CPU and replicas.</summary>
internal static class RunPlot
{
    public static void Save(string path, SampleOptions options, History history, ILoad? load)
    {
        var samples = history.Samples;
        var panels = load is null ? Simulated(samples) : Real(samples, history.Last.Length == 0 ? null : history.Last[0].Policy.Range);
        var title = load is null ? "AutoScaling: simulated services" : "AutoScaling: worker processes follow a load";
        var subtitle = $"{load?.Name ?? "made-up metrics"}, seed {options.Seed}, {Path.GetFileName(PolicyFile.Path(options))}";
        File.WriteAllText(path, Plot.Svg(title, subtitle, "time in seconds", Math.Max(1, samples[^1].At.TotalSeconds), panels));
    }

    private static Panel[] Real(IReadOnlyList<Moment> samples, ReplicaRange? range) =>
    [
        new(
            "jobs per second",
            false,
            new("served", Plot.Colors[1], [.. samples.Skip(1).Select(s => (s.At.TotalSeconds, s.Jobs!.ServedRate))]),
            new("load", Plot.Colors[0], [.. samples.Select(s => (s.At.TotalSeconds, s.Jobs!.Load))])),
        new(
            range is { } r ? $"replicas ({r.Min} to {r.Max})" : "replicas",
            true,
            new("ready", Plot.Colors[2], [.. from s in samples from x in s.Services select (s.At.TotalSeconds, (double)x.Ready)], Steps: true),
            new("wanted", Plot.Colors[3], [.. from s in samples from x in s.Services select (s.At.TotalSeconds, (double)x.Desired)], Steps: true)),
        new(
            "jobs in the queue",
            true,
            new Series("waiting", Plot.Colors[4], [.. samples.Select(s => (s.At.TotalSeconds, (double)s.Jobs!.Waiting))])),
    ];

    private static Panel[] Simulated(IReadOnlyList<Moment> samples)
    {
        var services = samples.SelectMany(s => s.Services).Select(s => s.Service).Distinct().OrderBy(s => s.Name, StringComparer.Ordinal).Take(Plot.Colors.Length).ToList();
        Series[] Lines(Func<ServiceSample, double?> value, bool steps) =>
        [
            .. services.Select((service, i) => new Series(
                service.Name,
                Plot.Colors[i],
                [.. from s in samples from x in s.Services where x.Service == service && value(x) is not null select (s.At.TotalSeconds, value(x)!.Value)],
                steps)),
        ];
        return [new("CPU in percent", false, Lines(s => s.Cpu, steps: false)), new("replicas wanted", true, Lines(s => s.Desired, steps: true))];
    }
}
