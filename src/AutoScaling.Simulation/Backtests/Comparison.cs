using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>Several candidates on several traces.</summary>
public sealed record Comparison
{
    /// <summary>The candidates, in the order in which they were given.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>What each trace needs, in the order in which they were given.</summary>
    public required ImmutableArray<Workload> Workloads { get; init; }

    /// <summary>The backtests: all candidates on the first trace, all on the second, and so on.</summary>
    public required ImmutableArray<BacktestRun> Runs { get; init; }

    /// <summary>How they ran.</summary>
    /// <value>The defaults by default.</value>
    public BacktestOptions Options { get; init; } = new();

    /// <summary>The backtest of a candidate on a trace.</summary>
    /// <param name="workload">The number of the trace.</param>
    /// <param name="candidate">The number of the candidate.</param>
    public BacktestRun this[int workload, int candidate] => Runs[(workload * Candidates.Length) + candidate];
}

/// <summary>How far a comparison is.</summary>
/// <param name="Done">Backtests that are done.</param>
/// <param name="All">Backtests in all.</param>
/// <param name="Run">The one that was done last.</param>
public readonly record struct BacktestProgress(int Done, int All, BacktestRun Run);
