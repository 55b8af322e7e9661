using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>Makes a load of what a metric showed in a run.</summary>
internal static class RecordedLoad
{
    public static LoadRows From(
        IEnumerable<ScalingRecord> records, ScalingTarget? target, MetricRef metric, bool? perReplica, string? file = null)
    {
        var isAverage = perReplica ?? metric.Name is "cpu" or "memory";
        var points = ImmutableArray.CreateBuilder<LoadPoint>();
        var start = default(DateTimeOffset);
        SortedSet<string> targets = new(StringComparer.Ordinal), metrics = new(StringComparer.Ordinal);
        foreach (var record in records)
        {
            targets.Add(record.Target.Name);
            if ((target ?? record.Target) != record.Target || record.Observation is not { } seen) continue;
            foreach (var other in seen.Metrics) metrics.Add(other.Metric.ToString());

            var reading = seen.Metrics[metric];
            if (reading.Status != MetricStatus.Available) continue;
            if (isAverage && seen.Replicas.Ready == 0) continue; // An average over no replica says nothing of the load.
            if (points.Count == 0) start = reading.At;

            // A sample that was already there at the evaluation before.
            if (points.Count > 0 && reading.At - start <= points[^1].At) continue;
            if (reading.Value < 0)
            {
                throw Wrong(
                    $"The readings of '{metric}' of '{record.Target}' must be at least 0 to be a load, "
                    + $"but at {Phrase.Of(reading.At)} it is {Phrase.Exact(reading.Value)}.");
            }

            points.Add(new(reading.At - start, isAverage ? reading.Value * seen.Replicas.Ready : reading.Value));
        }

        if (targets.Count == 0) throw Wrong("A load must be made of at least 1 record, but there is none.");
        if (target is null && targets.Count > 1)
            throw Wrong($"A load must be of one target, but the records are of {Listed(targets)}: name the one.");
        var whose = target ?? new(targets.Min!);
        if (!targets.Contains(whose.Name)) throw Wrong($"There is no record of '{whose}': the records are of {Listed(targets)}.");
        if (points.Count > 0) return new($"{whose} {metric}", points.DrainToImmutable(), start);
        var others = metrics.Count == 0 ? "they hold none at all" : $"the metrics in them are {Listed(metrics)}";
        throw Wrong($"The records of '{whose}' hold no reading of '{metric}'; {others}.");

        ScalingException Wrong(string what) => new([file is null ? what : $"Load trace '{file}': {what}"]);
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));
}
