using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>What has to be said of a trace before its scores compare with any others.</summary>
internal static class TraceNotes
{
    public static string Extent(Workload workload)
    {
        var scored = workload.Step * (workload.Load.Length - workload.ScoredFrom);
        var share = workload.Load.Length > 0 ? 100.0 * workload.ScoredFrom / workload.Load.Length : 0;
        var unscored = workload.ScoredFrom == 0 ? "all of it scored" : $"the first {Numbers.Count(share)} % not scored";
        return $"from {Numbers.Time(workload.Trace.Start)}, {Phrase.Exact(workload.Step * workload.Load.Length)} "
            + $"in steps of {Phrase.Exact(workload.Step)}, {unscored}, {Phrase.Exact(scored)} scored";
    }

    public static string Demand(ServiceModel model) =>
        $"max(1, ceil(load / ({Phrase.Exact(model.ObjectiveUtilization)} · {Phrase.Exact(model.CapacityPerReplica)})))";

    public static string Model(ServiceModel model) =>
        $"demand = {Demand(model)}, start delay {model.StartDelay}, timeout {Phrase.Exact(model.Timeout)}, "
        + $"latency objective {Numbers.Latency(model.LatencyObjectiveSeconds)}";
}
