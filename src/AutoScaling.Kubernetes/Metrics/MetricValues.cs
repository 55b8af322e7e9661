using System.Net;

namespace AutoScaling.Kubernetes;

/// <summary>The values of custom and external metrics, shared by all targets that ask for the same ones.</summary>
internal sealed class MetricValues
{
    private const string CustomGroup = "custom.metrics.k8s.io";
    private const string CustomServer = "an adapter of custom metrics, such as Prometheus Adapter";
    private const string ExternalServer = "an adapter of external metrics, such as KEDA";

    // An adapter that was updated serves other versions.
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

    /// <summary>Sees to it that the values are on their way.</summary>
    public void Begin(KubernetesMetric metric, KubernetesTarget target) => Read(metric, target).Begin();

    /// <exception cref="ApiException">They cannot be had.</exception>
    public ValueTask<MetricValueList> GetAsync(KubernetesMetric metric, KubernetesTarget target, CancellationToken cancellationToken) =>
        Read(metric, target).GetAsync(cancellationToken);

    private SharedRead<MetricValueList> Read(KubernetesMetric metric, KubernetesTarget target) => _reads.GetOrAdd(
        new(metric.Kind, target.Namespace, metric.Metric, metric.ObjectResource, Fill(metric.ObjectName, target), Fill(metric.Selector, target)),
        static (question, v) => v._cluster.Share<MetricValueList>((_, stop) => v.AskAsync(question, stop), v._cluster.Options.MaxListAge),
        this);

    private async Task<MetricValueList> AskAsync(Question question, CancellationToken cancellationToken)
    {
        var external = question.Kind == KubernetesMetricKind.External;
        var call = external ? External(question) : Custom(question, await _version.GetAsync(cancellationToken).ConfigureAwait(false));
        try
        {
            return new((await _cluster.Api.ListAsync(call, ApiJson.Default.ApiListMetricValueItem, null, cancellationToken).ConfigureAwait(false)).Items);
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

    private static ApiCall External(Question question) => new("list", new("external.metrics.k8s.io", "v1beta1", question.Metric), question.Namespace)
    {
        Query = question.Selector is null ? null : $"labelSelector={Uri.EscapeDataString(question.Selector)}",
    };

    private static ApiCall Custom(Question question, string version)
    {
        var call = question switch
        {
            { Kind: KubernetesMetricKind.Pods } => new ApiCall("get", new(CustomGroup, version, "pods"), question.Namespace, "*", question.Metric),
            { Resource: KubernetesMetric.Namespaces } => new("get", new(CustomGroup, version, "metrics"), question.Namespace, question.Metric),
            _ => new("get", new(CustomGroup, version, question.Resource!), question.Namespace, question.Object, question.Metric),
        };
        return question.Selector is null ? call : call with { Query = $"metricLabelSelector={Uri.EscapeDataString(question.Selector)}" };
    }

    /// <summary>The version of custom metrics to ask for: the one that the cluster prefers, if it is known here.</summary>
    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var call = new ApiCall("get", new(CustomGroup, "", ""), null) { IsDiscovery = true };
        try
        {
            var group = await _cluster.Api.ReadAsync(call, ApiJson.Default.ApiGroup, cancellationToken).ConfigureAwait(false);
            if (group.PreferredVersion?.Version is { } preferred && Versions.Contains(preferred)) return preferred;
            return Array.Find(Versions, v => group.Versions?.Exists(served => string.Equals(served.Version, v, StringComparison.Ordinal)) == true)
                ?? throw new ApiException($"the cluster serves {CustomGroup} in none of the versions {string.Join(" and ", Versions)}", null);
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            throw new ApiException($"the cluster has no {CustomGroup}; install {CustomServer}", e.Status, e);
        }
    }

    private static string? Fill(string? text, KubernetesTarget target) =>
        text?.Replace("{name}", target.Name, StringComparison.Ordinal).Replace("{namespace}", target.Namespace, StringComparison.Ordinal);

    /// <summary>What is asked; the same for all targets that share the answer.</summary>
    private sealed record Question(KubernetesMetricKind Kind, string Namespace, string Metric, string? Resource, string? Object, string? Selector);
}
