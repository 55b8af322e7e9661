using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace AutoScaling.Simulation;

/// <summary>Runs candidates on recorded load, with the production engine and a virtual clock. The same input and seed always give the same result, to the last digit.</summary>
public static class Backtest
{
    /// <summary>Runs one candidate on one trace.</summary>
    /// <param name="candidate">What is tried out.</param>
    /// <param name="trace">The load.</param>
    /// <param name="model">What is assumed of the service.</param>
    /// <param name="options">How it runs; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScalingException">The policy reads a metric that the model does not publish (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public static BacktestRun Run(Candidate candidate, LoadTrace trace, ServiceModel model, BacktestOptions? options = null, CancellationToken cancellationToken = default) =>
        Compare([candidate], [trace], _ => model, options, null, cancellationToken).Runs[0];

    /// <summary>Runs every candidate on every trace, several at a time.</summary>
    /// <param name="candidates">What is tried out, at least 1.</param>
    /// <param name="traces">The loads, at least 1.</param>
    /// <param name="model">What is assumed of the service, for each trace; <see langword="null"/> for <see cref="ServiceModel.For"/>.</param>
    /// <param name="options">How they run; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Is told of each backtest that is done, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScalingException">A policy reads a metric that its model does not publish (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Comparison Compare(
        IEnumerable<Candidate> candidates,
        IEnumerable<LoadTrace> traces,
        Func<LoadTrace, ServiceModel>? model = null,
        BacktestOptions? options = null,
        IProgress<BacktestProgress>? progress = null,
        CancellationToken cancellationToken = default) => Compare(candidates, traces, model, options, isCourseKept: true, progress, cancellationToken);

    private static Comparison Compare(
        IEnumerable<Candidate> candidates,
        IEnumerable<LoadTrace> traces,
        Func<LoadTrace, ServiceModel>? model,
        BacktestOptions? options,
        bool isCourseKept,
        IProgress<BacktestProgress>? progress,
        CancellationToken cancellationToken)
    {
        ImmutableArray<Candidate> tried = [.. candidates];
        if (tried.IsEmpty) throw Setting.Invalid("Candidates must hold at least 1 candidate, but is empty.");
        if (tried.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Setting.Invalid($"Candidates must have different names, but {twice.Count()} are called '{twice.Key}'.");
        var how = options ?? new();
        ImmutableArray<Lazy<Workload>> workloads = [.. traces.Select(t => new Lazy<Workload>(() => Grid.Of(t, (model ?? ServiceModel.For)(t), tried, how)))];
        if (workloads.IsEmpty) throw Setting.Invalid("Traces must hold at least 1 trace, but is empty.");

        var runs = new BacktestRun[workloads.Length * tried.Length];
        var errors = new Exception?[runs.Length];
        var done = 0;
        var loop = Parallel.For(
            0,
            runs.Length,
            new ParallelOptions { MaxDegreeOfParallelism = how.Parallelism ?? Environment.ProcessorCount, CancellationToken = cancellationToken },
            (i, state) =>
            {
                try
                {
                    var run = BacktestRunner.Run(tried[i % tried.Length], workloads[i / tried.Length].Value, how, cancellationToken);
                    progress?.Report(new(Interlocked.Increment(ref done), runs.Length, run));
                    runs[i] = isCourseKept ? run : run with { Ready = [], Desired = [], Utilization = [], Backlog = [], Scalings = [] };
                }
                catch (Exception e)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    errors[i] = e;
                    state.Break();
                }
            });

        // The first in the order of the runs, whichever came first in time: all before it have run.
        if (loop.LowestBreakIteration is { } first) ExceptionDispatchInfo.Throw(errors[first]!);
        return new() { Candidates = tried, Workloads = [.. workloads.Select(w => w.Value)], Runs = [.. runs] };
    }

    /// <summary>Runs a policy with several values of one setting, and gives the curve of cost against shortage.</summary>
    /// <param name="setting">What the setting is called in reports.</param>
    /// <param name="values">The values, at least 1.</param>
    /// <param name="policy">The policy with a value.</param>
    /// <param name="traces">The loads, at least 1.</param>
    /// <param name="model">What is assumed of the service, for each trace; <see langword="null"/> for <see cref="ServiceModel.For"/>.</param>
    /// <param name="options">How they run; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Is told of each backtest that is done, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static SweepCurve Sweep(
        string setting,
        IEnumerable<double> values,
        Func<double, ScalingPolicy> policy,
        IEnumerable<LoadTrace> traces,
        Func<LoadTrace, ServiceModel>? model = null,
        BacktestOptions? options = null,
        IProgress<BacktestProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ImmutableArray<(double Value, Candidate Candidate)> points = [.. values.Select(v => (v, Candidate.Of(policy(v), FormattableString.Invariant($"{setting} = {v}"))))];

        // Hundreds of values would fill the memory with what no curve needs.
        var comparison = Compare(points.Select(p => p.Candidate), traces, model, options, isCourseKept: false, progress, cancellationToken);
        return new() { Setting = setting, Points = [.. points.Select((p, i) => Point(p.Value, p.Candidate, comparison.Runs.Where(r => ReferenceEquals(r.Candidate, p.Candidate))))] };
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
