using System.Net;
using AutoScaling.Kubernetes.Client;
using AutoScaling.Kubernetes.Lists;
using AutoScaling.Kubernetes.Primitives;
using AutoScaling.Kubernetes.Reading;
using AutoScaling.Kubernetes.Targets;

namespace AutoScaling.Kubernetes.Metrics;

/// <summary>The values of custom and external metrics, shared by all targets that ask for the same ones.</summary>
internal sealed class MetricValues
{
    private const string CustomGroup = "custom.metrics.k8s.io";
    private const string CustomServer = "an adapter of custom metrics, such as Prometheus Adapter";
    private const string ExternalServer = "an adapter of external metrics, such as KEDA";

    // How often the versions are asked for, because an adapter that was updated may serve others.
    private static readonly TimeSpan VersionAge = TimeSpan.FromMinutes(1);

    private static readonly string[] Versions = ["v1beta2", "v1beta1"];

    private readonly Shelf<Question, SharedRead<MetricValueList>> _reads;
    private readonly KubernetesCluster _cluster;
    private readonly SharedRead<string> _version;

    public MetricValues(KubernetesCluster cluster)
    {
        _cluster = cluster;
        _reads = cluster.Shelf<Question, SharedRead<MetricValueList>>();
        _version = cluster.Share<string>((_, stop) => VersionAsync(stop), VersionAge);
    }

    /// <summary>Starts a reading of the values if the last one is too old, and does not wait for it.</summary>
    public void Begin(KubernetesMetric metric, KubernetesTarget target) => Read(metric, target).Begin();

    /// <summary>The values.</summary>
    /// <param name="metric">Of which metric.</param>
    /// <param name="target">Of which target.</param>
    /// <param name="moment">When the evaluation began that needs them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiException">They cannot be read.</exception>
    public ValueTask<MetricValueList> GetAsync(
        KubernetesMetric metric, KubernetesTarget target, long moment, CancellationToken cancellationToken) =>
        Read(metric, target).GetAsync(moment, cancellationToken);

    private SharedRead<MetricValueList> Read(KubernetesMetric metric, KubernetesTarget target) => _reads.GetOrAdd(
        Question.Of(metric, target),
        static (question, v) => v._cluster.Share<MetricValueList>((_, stop) => v.AskAsync(question, stop), v._cluster.Options.MaxListAge),
        this);

    private async Task<MetricValueList> AskAsync(Question question, CancellationToken cancellationToken)
    {
        var external = question.Kind == KubernetesMetricKind.External;
        var call = external ? External(question) : Custom(question, await FindVersionAsync(cancellationToken).ConfigureAwait(false));
        try
        {
            var type = MetricsJson.Default.ApiListMetricValueItemMetricValueItem;
            return new((await _cluster.Api.ListAsync(call, type, null, cancellationToken).ConfigureAwait(false)).Items);
        }
        catch (ApiException e) when (!external && e.Status == HttpStatusCode.NotFound)
        {
            throw new ApiException($"the adapter of {call.Resource.ApiVersion} has nothing to {call}", e.Status, e);
        }
        catch (ApiException e)
        {
            throw MetricsApi.Explain(e, call, external ? ExternalServer : CustomServer);
        }
    }

    private async ValueTask<string> FindVersionAsync(CancellationToken cancellationToken)
    {
        // The one that was found last serves while it is asked for again: two answers one after the other may take too long.
        _version.Begin();
        return _version.Last ?? await _version.GetAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ApiCall External(Question question) => new(
        "list", new("external.metrics.k8s.io", "v1beta1", question.Metric), question.Namespace)
    {
        Query = question.Selector is null ? null : $"labelSelector={Uri.EscapeDataString(question.Selector)}",
    };

    private static ApiCall Custom(Question question, string version)
    {
        var (space, metric) = (question.Namespace, question.Metric);
        var call = question switch
        {
            { Kind: KubernetesMetricKind.Pods } => new ApiCall("get", new(CustomGroup, version, "pods"), space, "*", metric),
            { Resource: KubernetesMetric.Namespaces } => new("get", new(CustomGroup, version, "metrics"), space, metric),
            _ => new("get", new(CustomGroup, version, question.Resource!), space, question.Object, metric),
        };
        return question.Selector is null ? call : call with { Query = $"metricLabelSelector={Uri.EscapeDataString(question.Selector)}" };
    }

    /// <summary>
    /// The version of custom metrics to ask for: of those that this source can read the one that the cluster prefers, or else the newest.
    /// </summary>
    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var call = new ApiCall("get", new(CustomGroup, "", ""), null) { IsDiscovery = true };
        try
        {
            var group = await _cluster.Api.ReadAsync(call, MetricsJson.Default.ApiGroup, cancellationToken).ConfigureAwait(false);
            if (group.PreferredVersion?.Version is { } preferred && Versions.Contains(preferred)) return preferred;
            var served = (group.Versions ?? []).ConvertAll(v => v.Version);
            return Array.Find(Versions, v => served.Contains(v, StringComparer.Ordinal))
                ?? throw new ApiException(
                    $"the cluster serves {CustomGroup} in none of the versions {string.Join(" and ", Versions)}", null);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            throw new ApiException($"the cluster has no {CustomGroup}; install {CustomServer}", e.Status, e);
        }
    }

    /// <summary>What is asked; the same for all targets that share the answer.</summary>
    private sealed record Question(KubernetesMetricKind Kind, string Namespace, string Metric)
    {
        public string? Resource { get; private init; }

        public string? Object { get; private init; }

        public string? Selector { get; private init; }

        public static Question Of(KubernetesMetric metric, KubernetesTarget target) => new(metric.Kind, target.Namespace, metric.Metric)
        {
            Resource = metric.ObjectResource,
            Object = Fill(metric.ObjectName, target),
            Selector = Fill(metric.Selector, target),
        };

        private static string? Fill(string? text, KubernetesTarget target) => text?
            .Replace("{name}", target.Name, StringComparison.Ordinal)
            .Replace("{namespace}", target.Namespace, StringComparison.Ordinal);
    }
}
