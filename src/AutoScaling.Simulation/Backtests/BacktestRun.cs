using System.Collections.Immutable;
using AutoScaling.Simulation.Backtests;

namespace AutoScaling.Simulation;

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

    /// <summary>What the policy's forecast showed, in the order of time; empty for a policy without a <see cref="ForecastRule"/>.</summary>
    internal ImmutableArray<ForecastMoment> Forecasts { get; init; } = [];
}
