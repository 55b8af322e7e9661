namespace AutoScaling.Prometheus;

/// <summary>One metric: the expression that yields it for all targets, or for each of them. Immutable and thread-safe.</summary>
public sealed record PrometheusMetric
{
    /// <summary>The PromQL expression.</summary>
    /// <value>
    /// It yields a vector with a series for each target, and is asked once for all of them:
    /// <c>sum by (service) (rate(requests_total[2m]))</c>. With <c>{target}</c>, or labels of <see cref="TargetLabel"/>, in its quoted
    /// texts it is asked for each target, and yields one series or a scalar: <c>sum(rate(requests_total{service="{target}"}[2m]))</c>. In
    /// regular expressions write <c>{target:regex}</c>.
    /// </value>
    /// <remarks>How quickly it follows the load is the expression's: <c>rate(...[2m])</c> needs at least 4 scrapes in its window.</remarks>
    public required string Query { get; init; }

    /// <summary>
    /// An expression for the time at which each value was measured, in seconds since 1970: series with the same labels as those of
    /// <see cref="Query"/>. The time in an answer is that of the query.
    /// </summary>
    /// <value>
    /// <see langword="null"/> by default: <c>timestamp(query)</c> where the query is a plain selector, which may be 5 minutes old;
    /// otherwise the time of the query, as the window of <c>rate(...[2m])</c> bounds the age.
    /// </value>
    public string? SampleTime { get; init; }

    /// <summary>The label that names the target, or a pattern of several: <c>{namespace}/{deployment}</c>.</summary>
    /// <value><see langword="null"/> by default: <see cref="PrometheusOptions.TargetLabel"/>.</value>
    public string? TargetLabel { get; init; }

    /// <summary>
    /// The label that names the replica, as the scaler names it: <c>pod</c>. There is then a series for each replica; a target
    /// tracking rule with <see cref="TargetKind.AverageValue"/> knows which replicas are measured, and to the others the metric is the
    /// average of them.
    /// </summary>
    /// <value><see langword="null"/> by default: the expression adds the replicas up by itself.</value>
    public string? ReplicaLabel { get; init; }

    /// <summary>Whether an answer counts that the server gives with warnings: it is partial, or the server doubts it.</summary>
    /// <value><see langword="null"/> by default: <see cref="PrometheusOptions.AcceptPartial"/>.</value>
    public bool? AcceptPartial { get; init; }

    /// <summary>The settings in a section of the configuration.</summary>
    internal static SettingsTable<PrometheusMetric> Settings { get; } =
        SettingsTable.Of("a metric", new PrometheusMetric { Query = "" }, "One metric and its expression.")
            .Text("query", "The PromQL expression.", m => m.Query, (m, v) => m with { Query = v }, required: true)
            .Text(
                "sampleTime", "An expression for the time of each value.",
                m => m.SampleTime, (m, v) => m with { SampleTime = v }, none: m => m with { SampleTime = null })
            .Text(
                "targetLabel", "The label that names the target, or a pattern of several.",
                m => m.TargetLabel, (m, v) => m with { TargetLabel = v }, none: m => m with { TargetLabel = null })
            .Text(
                "replicaLabel", "The label that names the replica.",
                m => m.ReplicaLabel, (m, v) => m with { ReplicaLabel = v }, none: m => m with { ReplicaLabel = null })
            .Flag(
                "acceptPartial", "Whether an answer counts that has warnings.",
                m => m.AcceptPartial, (m, v) => m with { AcceptPartial = v }, none: m => m with { AcceptPartial = null });
}
