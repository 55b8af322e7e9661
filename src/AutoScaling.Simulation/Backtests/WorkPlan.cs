using System.Collections.Immutable;

namespace AutoScaling.Simulation.Backtests;

/// <summary>What a comparison runs: every candidate on every trace. A trace is cut into steps when its first backtest begins.</summary>
internal sealed class WorkPlan
{
    private WorkPlan(ImmutableArray<Candidate> candidates, ImmutableArray<Lazy<Workload>> workloads, BacktestOptions options) =>
        (Candidates, Workloads, Options) = (candidates, workloads, options);

    public ImmutableArray<Candidate> Candidates { get; }

    public ImmutableArray<Lazy<Workload>> Workloads { get; }

    public BacktestOptions Options { get; }

    /// <exception cref="ScalingException">
    /// There is nothing to run, or two candidates have one name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static WorkPlan Of(
        IEnumerable<Candidate> candidates,
        IEnumerable<LoadTrace> traces,
        Func<LoadTrace, ServiceModel>? model,
        BacktestOptions? options)
    {
        ImmutableArray<Candidate> tried = [.. candidates];
        if (tried.IsEmpty) throw new ScalingException(["Candidates must hold at least 1 candidate, but is empty."]);
        if (tried.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ScalingException([$"Candidates must have different names, but {twice.Count()} are called '{twice.Key}'."]);

        ImmutableArray<ReplicaRange> ranges = [.. tried.Select(c => c.Policy?.Range).OfType<ReplicaRange>()];
        var (modelOf, how) = (model ?? (trace => ServiceModel.For(trace, ranges)), options ?? new());
        ImmutableArray<Lazy<Workload>> workloads =
        [
            .. traces.Select(trace => new Lazy<Workload>(() => Grid.Of(trace, modelOf(trace), tried, how))),
        ];
        if (workloads.IsEmpty) throw new ScalingException(["Traces must hold at least 1 trace, but is empty."]);
        return new(tried, workloads, how);
    }

    /// <summary>Runs the backtest of a number: all candidates on the first trace come first, then all on the second, and so on.</summary>
    public BacktestRun Run(int number, CancellationToken cancellationToken) => BacktestRunner.Run(
        Candidates[number % Candidates.Length], Workloads[number / Candidates.Length].Value, Options, cancellationToken);
}
