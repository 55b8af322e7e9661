using AutoScaling.Primitives;

namespace AutoScaling.Simulation.Loads;

/// <summary>What is asked of a server.</summary>
/// <param name="Query">The query, in PromQL.</param>
/// <param name="From">The time of the first sample.</param>
/// <param name="To">The time of the last one.</param>
/// <param name="Step">The time between two.</param>
internal sealed record PrometheusRange(string Query, DateTimeOffset From, DateTimeOffset To, TimeSpan Step)
{
    private static readonly Bounds<TimeSpan> Steps = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

    /// <exception cref="ScalingException">A part breaks its rule.</exception>
    public static PrometheusRange Of(string query, DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        if (string.IsNullOrWhiteSpace(query))
            throw Bounds.Broken("Query", "an expression, such as sum(rate(http_requests_total[1m]))", query);
        Steps.Check(step, "Step");
        if (to - from < step)
            throw Bounds.Broken("To", $"at least a step ({Phrase.Exact(step)}) after From ({Phrase.Of(from)})", Phrase.Of(to));

        // Whole steps since 1970, as servers align them that keep answers; so the same time asks for the same samples.
        return new(query, Floor(from, step), Floor(to, step), step);
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan step)
    {
        var since = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return new(time.UtcTicks - (((since % step.Ticks) + step.Ticks) % step.Ticks), TimeSpan.Zero);
    }
}
