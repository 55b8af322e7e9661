using System.Globalization;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>
/// What no score tells: of whom the range has decided, and not the rules; and whose schedules met a load whose date nobody knows.
/// </summary>
internal static class RunNotes
{
    // A peak now and then is what a maximum is for.
    private const double Much = 5;

    /// <summary>The sentences for all backtests on a trace.</summary>
    public static IEnumerable<string> Of(Comparison comparison, int workload)
    {
        for (var c = 0; c < comparison.Candidates.Length; c++)
        {
            if (OfMaximum(comparison[workload, c]) is { } note) yield return $"{comparison.Candidates[c].Name} is {note}";
        }

        var scheduled = comparison.Candidates.Where(IsScheduled).ToList();
        var trace = comparison.Workloads[workload].Trace;
        if (scheduled.Count == 0 || trace.IsDated) yield break;
        var names = string.Join(", ", scheduled.Select(c => c.Name));
        var supposed = trace.Start.UtcDateTime.ToString("dddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        yield return $"{names} {(scheduled.Count == 1 ? "has" : "have")} a schedule, but the times of {trace.Name} are no dates: "
            + $"it is supposed to begin on {supposed} UTC. "
            + "Say when it began (LoadOptions.Start; --start DATE).";
    }

    private static bool IsScheduled(Candidate candidate) =>
        candidate.Policy is { } policy && policy.Rules.Any(r => r is ScheduleRule || r.During is not null);

    /// <summary>
    /// For how much of the time a policy was at its maximum while more were needed, as the end of a sentence; <see langword="null"/> if
    /// that was hardly ever.
    /// </summary>
    public static string? OfMaximum(BacktestRun run)
    {
        if (run.Candidate.Policy is not { Range.Max: var most } || run.Scores.AtMaximumTime < Much) return null;
        var peak = run.Workload.Demand.AsSpan()[run.Workload.ScoredFrom..].ToArray().DefaultIfEmpty().Max();
        return peak <= most ? null
            : $"at its maximum of {Phrase.Replicas(most)} {Numbers.Count(run.Scores.AtMaximumTime)} % of the time, "
                + $"where up to {peak} are needed: its range decides there, and not its rules. "
                + $"Allow more, or say what a replica can serve ({Numbers.Score(run.Workload.Model.CapacityPerReplica)} was assumed).";
    }
}
