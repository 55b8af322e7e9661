namespace AutoScaling;

/// <summary>A source of readings. Implementations are thread-safe: many targets are asked for at once.</summary>
/// <remarks>
/// What cannot be read is returned as a reading that says why (<see cref="MetricReading.Missing"/>, <see cref="MetricReading.Failed"/>),
/// never as 0. An exception counts as a failed reading of every metric. A source that serves thousands of targets from one request does so
/// behind this call.
/// </remarks>
public interface IMetricsProvider
{
    /// <summary>Reads the metrics of a target.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="cancellationToken">Cancelled when the evaluation's deadline is over or the host stops.</param>
    /// <returns>The readings, under their plain names (no source).</returns>
    ValueTask<ServiceMetrics> GetMetricsAsync(ScalingTarget target, CancellationToken cancellationToken);
}
