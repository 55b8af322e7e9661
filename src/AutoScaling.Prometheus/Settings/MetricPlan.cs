using AutoScaling.Prometheus.Queries;

namespace AutoScaling.Prometheus.Settings;

/// <summary>A metric with all that its settings and those of its server mean. Immutable.</summary>
internal sealed record MetricPlan
{
    public required string Name { get; init; }

    public required QueryTemplate Query { get; init; }

    /// <summary>The expression for the time of the values; <see langword="null"/> if the query's own time is good enough.</summary>
    public required QueryTemplate? SampleTime { get; init; }

    public required TargetPattern Target { get; init; }

    public required string? ReplicaLabel { get; init; }

    public required bool AcceptPartial { get; init; }

    /// <summary>The labels by which an answer has one series, for sentences.</summary>
    public string Grouping
    {
        get
        {
            List<string> labels = [.. Query.IsShared ? Target.Labels : []];
            if (ReplicaLabel is { } replica && !labels.Contains(replica, StringComparer.Ordinal)) labels.Add(replica);
            return string.Join(", ", labels);
        }
    }

    /// <exception cref="ScalingException">A setting is none.</exception>
    public static MetricPlan Of(string name, PrometheusMetric metric, PrometheusOptions options)
    {
        var target = TargetPattern.Parse(metric.TargetLabel ?? options.TargetLabel, nameof(PrometheusMetric.TargetLabel));
        var query = QueryTemplate.Parse(metric.Query, target, nameof(PrometheusMetric.Query));
        var time = metric.SampleTime is { } own ? QueryTemplate.Parse(own, target, nameof(PrometheusMetric.SampleTime))
            : query.IsSelector ? query.Inside("timestamp")
            : null;
        if (time is not null && time.IsShared != query.IsShared)
        {
            throw new ScalingException(
                ScalingErrorKind.InvalidConfiguration,
                $"SampleTime must be asked as Query is, once for all targets or for each of them, but is '{time.Text}'.");
        }

        return new()
        {
            Name = name,
            Query = query,
            SampleTime = time,
            Target = target,
            ReplicaLabel = metric.ReplicaLabel,
            AcceptPartial = metric.AcceptPartial ?? options.AcceptPartial,
        };
    }
}
