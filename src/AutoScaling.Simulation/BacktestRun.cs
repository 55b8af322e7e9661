using System.Collections.Immutable;

namespace AutoScaling.Simulation;

/// <summary>What a load needs, step by step; the same for all candidates on a trace.</summary>
public sealed record Workload
{
    /// <summary>The trace.</summary>
    public required LoadTrace Trace { get; init; }

    /// <summary>What is assumed of the service.</summary>
    public required ServiceModel Model { get; init; }

    /// <summary>The length of a step.</summary>
    public required TimeSpan Step { get; init; }

    /// <summary>The number of the first step that is scored.</summary>
    public required int ScoredFrom { get; init; }

    /// <summary>The load of each step: its average over the step.</summary>
    public required ImmutableArray<double> Load { get; init; }

    /// <summary>The fewest replicas that meet the objective in each step.</summary>
    public required ImmutableArray<int> Demand { get; init; }

    /// <summary>The replicas that a clairvoyant with the same (median) start delay asks for: the highest demand from each step until a start delay later.</summary>
    public required ImmutableArray<int> ClairvoyantDesired { get; init; }

    /// <summary>The replicas that the clairvoyant has ready: what it has been asking for during a whole start delay. Never fewer than demand.</summary>
    public required ImmutableArray<int> ClairvoyantReady { get; init; }
}

/// <summary>One backtest: a candidate on a trace.</summary>
public sealed record BacktestRun
{
    /// <summary>What was tried out.</summary>
    public required Candidate Candidate { get; init; }

    /// <summary>What the load needed.</summary>
    public required Workload Workload { get; init; }

    /// <summary>How good the decisions were.</summary>
    public required Scorecard Scores { get; init; }

    /// <summary>The ready replicas in each step.</summary>
    public required ImmutableArray<int> Ready { get; init; }

    /// <summary>The desired replicas in each step.</summary>
    public required ImmutableArray<int> Desired { get; init; }

    /// <summary>The utilization of the ready replicas in each step, from 0 to 1; NaN while none is ready.</summary>
    public required ImmutableArray<float> Utilization { get; init; }

    /// <summary>The requests that wait at the end of each step.</summary>
    public required ImmutableArray<float> Backlog { get; init; }

    /// <summary>The decisions that changed the replicas, in their order; each explains itself.</summary>
    public required ImmutableArray<ScalingDecision> Scalings { get; init; }
}

/// <summary>Several candidates on several traces.</summary>
public sealed record Comparison
{
    /// <summary>The candidates, in the order in which they were given.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>What each trace needs, in the order in which they were given.</summary>
    public required ImmutableArray<Workload> Workloads { get; init; }

    /// <summary>The backtests: all candidates on the first trace, all on the second, and so on.</summary>
    public required ImmutableArray<BacktestRun> Runs { get; init; }

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
