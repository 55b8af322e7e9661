namespace AutoScaling.Prometheus.Primitives;

/// <summary>A query that brought nothing, with the sentence that a reading says.</summary>
/// <param name="sentence">Why, as the end of a sentence.</param>
/// <param name="inner">What was thrown, if something was.</param>
internal sealed class PrometheusException(string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    /// <summary>Whether asking again brings the same: the query itself is wrong, or what it yields.</summary>
    public bool IsLasting { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
