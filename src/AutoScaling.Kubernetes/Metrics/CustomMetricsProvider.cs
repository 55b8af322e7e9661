using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AutoScaling.Kubernetes;

/// <summary>Reads the metrics that an adapter serves: one request per metric and namespace for all pods, one per object, one per external metric and namespace.</summary>
/// <remarks>
/// The HPA computes with whole thousandths, rounded up; here values are exact, and only where both value and target are whole thousandths the arithmetic is the HPA's.
/// </remarks>
internal sealed class CustomMetricsProvider : IMetricsProvider
{
    // Source: the custom metrics client of the Kubernetes HPA.
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

    private readonly FrozenDictionary<string, KubernetesMetric> _metrics;
    private readonly KubernetesCluster _cluster;
    private readonly MetricValues _values;
    private readonly TargetPods _pods;

    /// <exception cref="ScalingException">Two metrics have the same name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public CustomMetricsProvider(KubernetesCluster cluster, ImmutableArray<KubernetesMetric> metrics)
    {
        var twice = metrics.GroupBy(m => m.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"Metrics must have different names, but {g.Count()} are named '{g.Key}'.").ToList();
        if (twice.Count > 0) throw new ScalingException(twice);
        _cluster = cluster;
        _metrics = metrics.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
        _values = new(cluster);
        _pods = new(cluster);
    }

    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var parsed = _cluster.Parse(request.Target);
        cancellationToken.ThrowIfCancellationRequested();
        var asked = request.Metrics.Select(m => _metrics.GetValueOrDefault(m.Name)).OfType<KubernetesMetric>().ToList();
        if (asked.Exists(m => m.Kind == KubernetesMetricKind.Pods)) _pods.Begin(parsed);
        foreach (var metric in asked) _values.Begin(metric, parsed);

        var readings = ImmutableArray.CreateBuilder<MetricReading>(asked.Count);
        foreach (var metric in asked)
        {
            try
            {
                readings.Add(await ReadAsync(metric, parsed, cancellationToken).ConfigureAwait(false));
            }
            catch (ApiException e)
            {
                // One metric that cannot be read is no reason to give up the others.
                readings.Add(MetricReading.Failed(metric.Name, e.Message));
            }
        }

        return new(readings.MoveToImmutable());
    }

    private async ValueTask<MetricReading> ReadAsync(KubernetesMetric metric, KubernetesTarget target, CancellationToken cancellationToken)
    {
        var name = new MetricRef(metric.Name);
        if (metric.Kind == KubernetesMetricKind.Pods)
        {
            var pods = await _pods.FindAsync(target, cancellationToken).ConfigureAwait(false);
            var values = await _values.GetAsync(metric, target, cancellationToken).ConfigureAwait(false);
            return OfPods(name, target, pods, values);
        }

        var found = await _values.GetAsync(metric, target, cancellationToken).ConfigureAwait(false);
        return found.All.Count switch
        {
            0 => MetricReading.Missing(name, $"the adapter has no value of '{metric.Metric}'"),
            > 1 when metric.Kind == KubernetesMetricKind.Object => MetricReading.Failed(name, $"the adapter has {found.All.Count} values of '{metric.Metric}' where one was asked for"),
            _ when found.All.Exists(v => v is not { Value: not null, Timestamp: not null }) => MetricReading.Missing(name, $"the adapter has a series of '{metric.Metric}' without a value or a time"),
            _ => MetricReading.Available(name, (double)found.All.Sum(v => (decimal)v.Value!.Value), found.All.Min(v => v.Timestamp!.Value)),
        };
    }

    private static MetricReading OfPods(MetricRef name, KubernetesTarget target, List<Pod> pods, MetricValueList values)
    {
        if (pods.Count == 0) return MetricReading.Missing(name, $"{target} has no pods");
        var replicas = ImmutableArray.CreateRange(pods.Select(pod => values.Of(pod.Replica.Name) is { Timestamp: { } at } value
            ? new ReplicaReading(pod.Replica.Name, value.Value, null, at, value.WindowSeconds is >= 0 and <= int.MaxValue and var seconds ? TimeSpan.FromSeconds(seconds) : DefaultWindow)
            : new ReplicaReading(pod.Replica.Name, null)));
        return ReplicaTotal.Of(pods, replicas) is { } total
            ? MetricReading.Available(name, total.Average, total.At, replicas)
            : MetricReading.Missing(name, $"the adapter has no value of any running pod of {target}");
    }
}
