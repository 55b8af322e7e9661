using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using AutoScaling.Primitives;
using AutoScaling.Simulation.Backtests;

namespace AutoScaling.Simulation;

/// <summary>
/// Runs candidates on recorded load, with the production engine and a virtual clock. The same input and seed always give the same result,
/// to the last digit.
/// </summary>
public static class Backtest
{
    /// <summary>Runs one candidate on one trace.</summary>
    /// <param name="candidate">What is tried out.</param>
    /// <param name="trace">The load.</param>
    /// <param name="model">What is assumed of the service.</param>
    /// <param name="options">How it runs; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScalingException">
    /// The policy reads a metric that the model does not publish (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    public static BacktestRun Run(
        Candidate candidate,
        LoadTrace trace,
        ServiceModel model,
        BacktestOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Compare([candidate], [trace], _ => model, options, null, cancellationToken).Runs[0];

    /// <summary>Runs every candidate on every trace, several at a time.</summary>
    /// <param name="candidates">What is tried out, at least 1.</param>
    /// <param name="traces">The loads, at least 1.</param>
    /// <param name="model">
    /// What is assumed of the service, for each trace; <see langword="null"/> for <see cref="ServiceModel.For"/> with the
    /// ranges of the policies.
    /// </param>
    /// <param name="options">How they run; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Is told of each backtest that is done, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScalingException">
    /// A policy reads a metric that its model does not publish (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Comparison Compare(
        IEnumerable<Candidate> candidates,
        IEnumerable<LoadTrace> traces,
        Func<LoadTrace, ServiceModel>? model = null,
        BacktestOptions? options = null,
        IProgress<BacktestProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Compare(WorkPlan.Of(candidates, traces, model, options), isCourseKept: true, progress, cancellationToken);

    /// <summary>Runs a policy with several values of one setting, and gives the curve of cost against shortage.</summary>
    /// <param name="sweep">The setting, its values, and how a policy gets one.</param>
    /// <param name="traces">The loads, at least 1.</param>
    /// <param name="model">
    /// What is assumed of the service, for each trace; <see langword="null"/> for <see cref="ServiceModel.For"/> with the
    /// ranges of the policies.
    /// </param>
    /// <param name="options">How they run; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Is told of each backtest that is done, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScalingException">
    /// A policy reads a metric that its model does not publish, or there is no value or one twice
    /// (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static SweepCurve Sweep(
        SettingSweep sweep,
        IEnumerable<LoadTrace> traces,
        Func<LoadTrace, ServiceModel>? model = null,
        BacktestOptions? options = null,
        IProgress<BacktestProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ImmutableArray<Candidate> candidates =
        [
            .. sweep.Values.Select(v => Candidate.Of(sweep.Policy(v), $"{sweep.Setting} = {Phrase.Exact(v)}")),
        ];

        // The courses of hundreds of values would fill the memory, and the curve needs the scores alone.
        var comparison = Compare(WorkPlan.Of(candidates, traces, model, options), isCourseKept: false, progress, cancellationToken);
        return new()
        {
            Setting = sweep.Setting,
            Points =
            [
                .. candidates.Select((c, i) => Point(sweep.Values[i], c, comparison.Runs.Where(r => ReferenceEquals(r.Candidate, c)))),
            ],
        };
    }

    private static Comparison Compare(
        WorkPlan plan, bool isCourseKept, IProgress<BacktestProgress>? progress, CancellationToken cancellationToken)
    {
        var runs = new BacktestRun[plan.Workloads.Length * plan.Candidates.Length];
        var errors = new Exception?[runs.Length];
        var done = 0;
        var limits = new ParallelOptions
        {
            MaxDegreeOfParallelism = plan.Options.Parallelism ?? Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        var loop = Parallel.For(0, runs.Length, limits, (i, state) =>
        {
            try
            {
                var run = plan.Run(i, cancellationToken);
                progress?.Report(new(Interlocked.Increment(ref done), runs.Length, run));
                runs[i] = isCourseKept
                    ? run
                    : run with { Ready = [], Desired = [], Utilization = [], Backlog = [], Scalings = [], Forecasts = [] };
            }
            catch (Exception e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                errors[i] = e;
                state.Break();
            }
        });

        // Of several errors the first in the order of the runs is told, so that it is always the same: all runs before it have ended.
        if (loop.LowestBreakIteration is { } first) ExceptionDispatchInfo.Throw(errors[first]!);
        return new()
        {
            Candidates = plan.Candidates,
            Workloads = [.. plan.Workloads.Select(w => w.Value)],
            Runs = [.. runs],
            Options = plan.Options,
        };
    }

    private static SweepPoint Point(double value, Candidate candidate, IEnumerable<BacktestRun> runs)
    {
        Scorecard[] scores = [.. runs.Select(r => r.Scores)];
        return new()
        {
            Value = value,
            Candidate = candidate,
            RelativeCost = scores.Average(s => s.RelativeCost),
            ShortageShare = scores.Average(s => s.ShortageShare),
            UnderTime = scores.Average(s => s.UnderTime),
            J = scores.Average(s => s.J),
        };
    }
}
