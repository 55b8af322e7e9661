using System.Collections.Immutable;
using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Reports;

/// <summary>What all forms of a report say: the scores of each backtest, and their means over the traces.</summary>
internal sealed class ReportContent
{
    private readonly int _baseline;

    public ReportContent(Comparison comparison, ImmutableArray<SweepCurve> sweeps, string? baseline)
    {
        var names = comparison.Candidates.Select(c => c.Name).ToList();
        if (names.Count == 0) throw new ScalingException(["Candidates must hold at least 1 candidate, but is empty."]);
        var needed = names.Count * comparison.Workloads.Length;
        if (comparison.Runs.Length != needed)
        {
            throw new ScalingException([
                $"Runs must hold a backtest of each candidate on each trace ({needed}), but holds {comparison.Runs.Length}."]);
        }

        _baseline = baseline is null ? 0 : names.IndexOf(baseline);
        if (_baseline < 0) throw Bounds.Broken("Baseline", $"the name of a candidate ({string.Join(", ", names)})", baseline);
        Comparison = comparison;
        Sweeps = sweeps;
    }

    public Comparison Comparison { get; }

    public ImmutableArray<SweepCurve> Sweeps { get; }

    /// <summary>The command that made the report, if one did.</summary>
    public string? Command { get; set; }

    public string Baseline => Comparison.Candidates[_baseline].Name;

    /// <summary>Whether there is anything to take a mean of.</summary>
    public bool HasMeans => Comparison.Workloads.Length > 1;

    /// <summary>A measure of one backtest.</summary>
    public double Value(Measure measure, int workload, int candidate) =>
        measure.Of(Comparison[workload, candidate].Scores, Comparison[workload, _baseline].Scores);

    /// <summary>
    /// The mean over the traces, each with the same weight; of ratios the geometric one, which does not depend on which side is divided by
    /// which.
    /// </summary>
    public double Mean(Measure measure, int candidate)
    {
        var values = Enumerable.Range(0, Comparison.Workloads.Length).Select(w => Value(measure, w, candidate)).ToList();
        if (values.Count == 0) return double.NaN;
        return measure.IsRatioOfScores ? Math.Exp(values.Average(Math.Log)) : values.Average();
    }
}
