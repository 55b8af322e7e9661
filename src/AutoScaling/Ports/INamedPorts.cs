namespace AutoScaling.Ports;

/// <summary>
/// Scalers and metric sources that policies name, and that may be others later: those of the configuration. Read by the loop, one at a
/// time.
/// </summary>
internal interface INamedPorts
{
    /// <summary>Where they come from, in sentences.</summary>
    string Name { get; }

    /// <summary>The scaler of a name; <see langword="null"/> if there is none.</summary>
    IScaler? Scaler(string name);

    /// <summary>The metric source of a name; <see langword="null"/> if there is none.</summary>
    IMetricsProvider? Metrics(string name);

    /// <summary>Whether they may have changed since they were last read.</summary>
    bool HasChanged();

    /// <summary>Takes over what there is now. What is there no longer stays until <see cref="Forget"/>.</summary>
    /// <exception cref="ScalingException">
    /// Something is invalid, and nothing has changed (<see cref="ScalingErrorKind.InvalidConfiguration"/>).
    /// </exception>
    void Read();

    /// <summary>Forgets what is there no longer, unless a policy still names it.</summary>
    /// <param name="policies">The policies that there are now.</param>
    /// <returns>A sentence for each that has to stay.</returns>
    IReadOnlyList<string> Forget(IEnumerable<ScalingPolicy> policies);
}
