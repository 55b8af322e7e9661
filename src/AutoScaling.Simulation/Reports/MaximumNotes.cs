using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>Says of whom the range has decided, and not the rules: no other score tells why such a policy lost.</summary>
internal static class MaximumNotes
{
    // A peak now and then is what a maximum is for.
    private const double Much = 5;

    /// <summary>The sentences for all backtests on a trace.</summary>
    public static IEnumerable<string> Of(Comparison comparison, int workload)
    {
        for (var c = 0; c < comparison.Candidates.Length; c++)
        {
            if (Of(comparison[workload, c]) is { } note) yield return note;
        }
    }

    private static string? Of(BacktestRun run)
    {
        if (run.Candidate.Policy is not { Range.Max: var most } || run.Scores.AtMaximumTime < Much) return null;
        var peak = run.Workload.Demand.AsSpan()[run.Workload.ScoredFrom..].ToArray().DefaultIfEmpty().Max();
        return peak <= most ? null
            : $"{run.Candidate.Name} is at its maximum of {Phrase.Replicas(most)} {Numbers.Count(run.Scores.AtMaximumTime)} % of the time, "
                + $"where up to {peak} are needed: its range decides there, and not its rules. "
                + $"Allow more, or say what a replica can serve ({Numbers.Score(run.Workload.Model.CapacityPerReplica)} was assumed).";
    }
}
