using System.Collections.Immutable;

namespace AutoScaling;

/// <summary>
/// What is asked of a metric source: which metrics of which target. Immutable and thread-safe; equal when target and metrics are.
/// </summary>
/// <remarks>It is a struct of its own, so that more can be asked for later without a change of the port.</remarks>
public readonly struct MetricsRequest : IEquatable<MetricsRequest>
{
    private readonly ScalingTarget? _target;
    private readonly ImmutableArray<MetricRef> _metrics;

    /// <summary>Asks for metrics of a target.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="metrics">Which metrics. Names of sources are left out, and a metric that is named twice is asked for once.</param>
    public MetricsRequest(ScalingTarget target, params ImmutableArray<MetricRef> metrics)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        _metrics = Plain(metrics);
    }

    /// <summary>The target that is measured.</summary>
    /// <exception cref="InvalidOperationException">
    /// The request was not made by its constructor (<c>default</c>), and is for no target.
    /// </exception>
    public ScalingTarget Target => _target ?? throw new InvalidOperationException("A MetricsRequest must have a target.");

    /// <summary>What the answer must hold: these metrics, each once, under their plain names (no source).</summary>
    public ImmutableArray<MetricRef> Metrics => _metrics.IsDefault ? [] : _metrics;

    /// <summary>Whether a metric is asked for.</summary>
    /// <param name="name">The metric's plain name.</param>
    public bool Asks(string name)
    {
        foreach (var metric in Metrics)
        {
            if (string.Equals(metric.Name, name, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public bool Equals(MetricsRequest other) => _target == other._target && IsFor(other.Metrics);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricsRequest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_target);
        foreach (var metric in Metrics) hash.Add(metric);
        return hash.ToHashCode();
    }

    /// <summary>The request as <c>web: cpu, queue</c>.</summary>
    public override string ToString() => $"{_target}: {string.Join(", ", Metrics)}";

    /// <summary>Whether two requests are equal.</summary>
    /// <param name="left">One request.</param>
    /// <param name="right">The other one.</param>
    public static bool operator ==(MetricsRequest left, MetricsRequest right) => left.Equals(right);

    /// <summary>Whether two requests differ.</summary>
    /// <param name="left">One request.</param>
    /// <param name="right">The other one.</param>
    public static bool operator !=(MetricsRequest left, MetricsRequest right) => !left.Equals(right);

    /// <summary>Whether exactly these metrics are asked for, in this order. Allocates nothing.</summary>
    internal bool IsFor(ImmutableArray<MetricRef> metrics) => Metrics == metrics || Metrics.AsSpan().SequenceEqual(metrics.AsSpan());

    /// <summary>The metrics without sources and each once: the very same array if it is so already, because most are.</summary>
    private static ImmutableArray<MetricRef> Plain(ImmutableArray<MetricRef> metrics)
    {
        if (metrics.IsDefaultOrEmpty) return [];
        for (var i = 0; i < metrics.Length; i++)
        {
            if (metrics[i].Source is not null || metrics.IndexOf(metrics[i]) < i)
                return [.. metrics.Select(m => m.Source is null ? m : new(m.Name)).Distinct()];
        }

        return metrics;
    }
}
