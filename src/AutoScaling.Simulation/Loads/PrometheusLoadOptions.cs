namespace AutoScaling.Simulation;

/// <summary>How far a query for a load is.</summary>
/// <param name="Done">Parts that are there.</param>
/// <param name="All">Parts in all.</param>
/// <param name="Warning">What the server warns of; <see langword="null"/> if it does not.</param>
public readonly record struct LoadProgress(int Done, int All, string? Warning = null);

/// <summary>How a load is queried from a Prometheus server.</summary>
public sealed record PrometheusLoadOptions
{
    /// <summary>How the samples are read: the series, if there are several, and what gaps are.</summary>
    /// <value>The defaults by default.</value>
    public LoadOptions Reading { get; init; } = LoadOptions.Default;

    /// <summary>What the load is called in reports.</summary>
    /// <value><see langword="null"/> by default: as the query.</value>
    public string? Name { get; init; }

    /// <summary>
    /// A file for the samples: where it holds those of the same query, step and times, no server is asked. It is itself a load that
    /// <see cref="LoadTrace.Read"/> reads.
    /// </summary>
    /// <value><see langword="null"/> by default: none.</value>
    public string? CacheFile { get; init; }

    /// <summary>Whether samples of other times do too, if they are as long: those of the seven days before another day.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool AcceptsOlderCache { get; init; }

    /// <summary>Is told of each part that is there.</summary>
    /// <value><see langword="null"/> by default.</value>
    public IProgress<LoadProgress>? Progress { get; init; }
}
