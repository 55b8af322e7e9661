namespace AutoScaling;

/// <summary>
/// A metric source that can say beforehand whether it understands a metric, such as an expression of a policy. It implements
/// <see cref="IMetricsProvider"/> as well.
/// </summary>
/// <remarks>
/// Asked once for each metric that policies bring, beside the loop; what it says becomes a warning. Nothing waits for the answer.
/// </remarks>
public interface IMetricsCheck
{
    /// <summary>What will be wrong with a metric until somebody corrects it.</summary>
    /// <param name="target">One of the targets whose policies have the metric.</param>
    /// <param name="metric">The metric, under its plain name (no source).</param>
    /// <param name="cancellationToken">Cancelled when the host stops.</param>
    /// <returns>
    /// The end of a sentence, without a full stop: <c>the server refuses the query</c>; <see langword="null"/> if nothing is wrong, or if
    /// that cannot be found out now.
    /// </returns>
    ValueTask<string?> CheckAsync(ScalingTarget target, MetricRef metric, CancellationToken cancellationToken);
}
