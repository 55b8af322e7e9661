using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Cluster;

/// <summary>A value that the adapter serves, with the labels that selectors look at.</summary>
internal sealed record AdapterValue(JsonObject Json, Dictionary<string, string> Labels);

/// <summary>An API server of metrics, which the real API server reaches through its aggregation layer: metrics.k8s.io, custom.metrics.k8s.io and external.metrics.k8s.io.</summary>
internal sealed class MetricsAdapter : IAsyncDisposable
{
    private AggregatedServer? _server;

    /// <summary>What pods use, by namespace and name.</summary>
    public ConcurrentDictionary<(string Namespace, string Pod), AdapterValue> Pods { get; } = new();

    /// <summary>The values of custom and external metrics, by what comes after the namespace's name in their address: <c>pods/*/METRIC</c>, <c>services/NAME/METRIC</c>, <c>METRIC</c>.</summary>
    public ConcurrentDictionary<(string Namespace, string Address), AdapterValues> Values { get; } = new();

    /// <summary>Namespaces whose lists break off in the middle.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = new();

    /// <summary>What was asked for: path and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<MetricsAdapter> StartAsync(ControlPlane plane)
    {
        var adapter = new MetricsAdapter();
        adapter._server = await AggregatedServer.StartAsync(plane, adapter.AnswerAsync);
        return adapter;
    }

    /// <summary>Registers a group and version with the API server, and waits until it passes requests on.</summary>
    public Task RegisterAsync(string group, string version, CancellationToken cancellationToken) => _server!.RegisterAsync(group, version, cancellationToken);

    /// <summary>Says what a pod uses.</summary>
    public void SetPod(string space, string pod, string app, DateTimeOffset at, string window, params (string Container, string? Cpu, string? Memory)[] containers)
    {
        var uses = containers.Select(c =>
        {
            var usage = new JsonObject();
            if (c.Cpu is not null) usage["cpu"] = c.Cpu;
            if (c.Memory is not null) usage["memory"] = c.Memory;
            return (JsonNode)new JsonObject { ["name"] = c.Container, ["usage"] = usage };
        });
        Pods[(space, pod)] = new(
            new()
            {
                ["metadata"] = new JsonObject { ["name"] = pod, ["namespace"] = space, ["labels"] = new JsonObject { ["app"] = app } },
                ["timestamp"] = Time(at),
                ["window"] = window,
                ["containers"] = new JsonArray([.. uses]),
            },
            new() { ["app"] = app });
    }

    /// <summary>Says what value a custom metric has for an object.</summary>
    public static AdapterValue Value(string kind, string space, string name, string value, DateTimeOffset at, long? window = null, params (string Key, string Value)[] labels)
    {
        var json = new JsonObject
        {
            ["describedObject"] = new JsonObject { ["kind"] = kind, ["namespace"] = space, ["name"] = name },
            ["timestamp"] = Time(at),
            ["value"] = value,
        };
        if (window is not null) json["windowSeconds"] = window;
        return new(json, labels.ToDictionary(l => l.Key, l => l.Value));
    }

    /// <summary>Says what value a series of an external metric has.</summary>
    public static AdapterValue External(string metric, string value, DateTimeOffset at, params (string Key, string Value)[] labels) => new(
        new()
        {
            ["metricName"] = metric,
            ["metricLabels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))),
            ["timestamp"] = Time(at),
            ["value"] = value,
        },
        labels.ToDictionary(l => l.Key, l => l.Value));

    /// <summary>The requests for what is in a namespace.</summary>
    public int CountRequests(string space) => Requests.Count(r => r.Contains($"/namespaces/{space}/", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task AnswerAsync(HttpContext context)
    {
        // The path is taken as it came: * must stay *.
        string[] parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["apis", var group, var version]) await AggregatedServer.WriteAsync(context, Resources(group, version));
        else if (parts is ["apis", var g, var v, .. var rest]) await ListAsync(context, g, v, rest);
        else await NotFoundAsync(context);
    }

    private async Task ListAsync(HttpContext context, string group, string version, string[] rest)
    {
        Requests.Enqueue(context.Request.Path + context.Request.QueryString);
        var space = rest is ["namespaces", var name, ..] ? name : null;
        var address = string.Join('/', space is null ? rest : rest[2..]);
        if (group == "metrics.k8s.io")
        {
            var selector = LabelSelector.Parse(context.Request.Query["labelSelector"]);
            var items = Pods.Where(p => space is null || p.Key.Namespace == space).OrderBy(p => p.Key.Pod, StringComparer.Ordinal).Select(p => p.Value);
            await AnswerAsync(context, space, "PodMetricsList", group, version, items.Where(i => selector?.Matches(i.Labels) != false));
        }
        else if (space is null || !Values.TryGetValue((space, address), out var values))
        {
            await NotFoundAsync(context);
        }
        else if (group == "external.metrics.k8s.io")
        {
            var selector = LabelSelector.Parse(context.Request.Query["labelSelector"]);
            await AnswerAsync(context, space, "ExternalMetricValueList", group, version, values.All.Where(i => selector?.Matches(i.Labels) != false));
        }
        else
        {
            // As Prometheus Adapter does: the pods' labels choose the pods, the metric's own labels the series.
            var pods = LabelSelector.Parse(context.Request.Query["labelSelector"]);
            var series = LabelSelector.Parse(context.Request.Query["metricLabelSelector"]);
            await AnswerAsync(context, space, "MetricValueList", group, version, values.All.Where(i => series?.Matches(i.Labels) != false && Chosen(space, i, pods)));
        }
    }

    private bool Chosen(string space, AdapterValue value, LabelSelector? pods) => pods is null
        || (Pods.TryGetValue((space, (string)value.Json["describedObject"]!["name"]!), out var pod) ? pods.Matches(pod.Labels) : pods.Matches(value.Labels));

    private async Task AnswerAsync(HttpContext context, string? space, string kind, string group, string version, IEnumerable<AdapterValue> values)
    {
        var list = new JsonObject
        {
            ["kind"] = kind,
            ["apiVersion"] = $"{group}/{version}",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. values.Select(v => v.Json.DeepClone())]),
        };
        if (space is null || !Broken.ContainsKey(space))
        {
            await AggregatedServer.WriteAsync(context, list);
            return;
        }

        var text = list.ToJsonString();
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(text[..(text.Length / 2)], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private static JsonObject Resources(string group, string version)
    {
        var resources = group == "metrics.k8s.io"
            ? [Resource("pods", "PodMetrics")]
            : group == "external.metrics.k8s.io" ? [] : new[] { Resource("pods/*", "MetricValueList"), Resource("services/*", "MetricValueList") };
        return new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = $"{group}/{version}",
            ["resources"] = new JsonArray([.. resources]),
        };
    }

    private static JsonObject Resource(string name, string kind) =>
        new() { ["name"] = name, ["singularName"] = "", ["namespaced"] = true, ["kind"] = kind, ["verbs"] = new JsonArray("get", "list") };

    private static Task NotFoundAsync(HttpContext context) => AggregatedServer.RefuseAsync(context, 404, "NotFound", "the server could not find the metric");
}

/// <summary>The values of one metric.</summary>
internal sealed record AdapterValues(params AdapterValue[] All);
