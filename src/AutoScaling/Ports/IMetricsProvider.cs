namespace AutoScaling;

/// <summary>A source of readings. Implementations are thread-safe: many targets are asked for at once.</summary>
/// <remarks>
/// What cannot be read is returned as a reading that says why (<see cref="MetricReading.Missing"/>, <see cref="MetricReading.Failed"/>),
/// never as 0. An exception counts as a failed reading of every metric that was asked for. A source that serves thousands of targets from
/// one request does so behind this call.
/// </remarks>
public interface IMetricsProvider
{
    /// <summary>Reads metrics of a target.</summary>
    /// <param name="request">Which metrics of which target. A source that has others need not read them.</param>
    /// <param name="cancellationToken">Cancelled when the evaluation's deadline is over or the host stops.</param>
    /// <returns>
    /// The readings, under their plain names (no source). A metric that was asked for and is not among them counts as
    /// <see cref="MetricStatus.Missing"/>. Readings that were not asked for are allowed: no rule looks at them.
    /// </returns>
    ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken);
}
