using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>
/// Reads the metrics that an adapter serves: one request per metric and namespace for all pods, one per object, one per external metric and
/// namespace.
/// </summary>
/// <remarks>
/// The HPA computes with whole thousandths, rounded up. Here values are exact, so the arithmetic is the HPA's where both value and target
/// are whole thousandths.
/// </remarks>
internal sealed class CustomMetricsProvider : IMetricsProvider
{
    // For values without a window. Source: the custom metrics client of the Kubernetes HPA.
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

    private readonly FrozenDictionary<string, KubernetesMetric> _metrics;
    private readonly KubernetesCluster _cluster;
    private readonly MetricValues _values;
    private readonly TargetPods _pods;
    private readonly Shelf<KubernetesTarget, ConcurrentDictionary<KubernetesMetric, bool>> _asked;

    /// <exception cref="ScalingException">Two metrics have the same name (<see cref="ScalingErrorKind.InvalidConfiguration"/>).</exception>
    public CustomMetricsProvider(KubernetesCluster cluster, ImmutableArray<KubernetesMetric> metrics)
    {
        var twice = metrics.GroupBy(m => m.Name, StringComparer.Ordinal)
            .Where(g => g.Count() > 1)
            .Select(g => $"Metrics must have different names, but {g.Count()} are named '{g.Key}'.")
            .ToList();
        if (twice.Count > 0) throw new ScalingException(twice);
        _cluster = cluster;
        _metrics = metrics.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
        _values = new(cluster);
        _pods = new(cluster);
        _asked = cluster.Shelf<KubernetesTarget, ConcurrentDictionary<KubernetesMetric, bool>>();

        // What was asked for will be asked for again. This lives as long as the cluster.
        cluster.Evaluated += target =>
        {
            foreach (var (metric, _) in _asked.Find(target) ?? []) _values.Begin(metric, target);
        };
    }

    public async ValueTask<ServiceMetrics> GetMetricsAsync(MetricsRequest request, CancellationToken cancellationToken)
    {
        var parsed = _cluster.Parse(request.Target);
        cancellationToken.ThrowIfCancellationRequested();
        var asked = request.Metrics.Select(m => _metrics.GetValueOrDefault(m.Name)).OfType<KubernetesMetric>().ToList();
        if (asked.Exists(m => m.Kind == KubernetesMetricKind.Pods)) _pods.Begin(parsed);
        var known = _asked.GetOrAdd(parsed, static (_, _) => new(), 0);
        foreach (var metric in asked)
        {
            _values.Begin(metric, parsed);
            known.TryAdd(metric, true);
        }

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
            var (pods, _) = await _pods.FindAsync(target, cancellationToken).ConfigureAwait(false);
            var values = await _values.GetAsync(metric, target, _cluster.Moment(target), cancellationToken).ConfigureAwait(false);
            return OfPods(name, target, pods, values, _cluster.Now);
        }

        var series = await _values.GetAsync(metric, target, _cluster.Moment(target), cancellationToken).ConfigureAwait(false);
        return OfSeries(name, metric, series.All);
    }

    private static MetricReading OfSeries(MetricRef name, KubernetesMetric metric, List<MetricValueItem> values)
    {
        if (values.Count == 0) return MetricReading.Missing(name, $"the adapter has no value of '{metric.Metric}'");
        if (values.Count > 1 && metric.Kind == KubernetesMetricKind.Object)
            return MetricReading.Failed(name, $"the adapter has {values.Count} values of '{metric.Metric}' where one was asked for");
        if (values.Exists(v => v is not { Value: not null, Timestamp: not null }))
            return MetricReading.Missing(name, $"the adapter has a series of '{metric.Metric}' without a value or a time");
        return MetricReading.Available(name, (double)values.Sum(v => (decimal)v.Value!.Value), values.Min(v => v.Timestamp!.Value));
    }

    private static MetricReading OfPods(
        MetricRef name, KubernetesTarget target, List<Pod> pods, MetricValueList values, DateTimeOffset now)
    {
        if (pods.Count == 0) return MetricReading.Missing(name, $"{target} has no pods");
        var replicas = ImmutableArray.CreateRange(pods.Select(pod => OfPod(pod.Replica.Name, values.Of(pod.Replica.Name))));
        return ReplicaTotal.Of(pods, replicas, now) is { } total
            ? MetricReading.Available(name, total.Average, total.At, replicas)
            : MetricReading.Missing(name, $"the adapter has no value of any running pod of {target}");
    }

    private static ReplicaReading OfPod(string pod, MetricValueItem? value)
    {
        if (value is not { Timestamp: { } at }) return new(pod, null);
        var window = value.WindowSeconds is >= 0 and <= int.MaxValue and var seconds ? TimeSpan.FromSeconds(seconds) : DefaultWindow;
        return new(pod, value.Value, null, at, window);
    }
}
