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
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

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
        CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
