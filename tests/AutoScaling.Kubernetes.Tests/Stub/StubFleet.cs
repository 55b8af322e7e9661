using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Stub;

/// <summary>Deployments of a stub with their pods, all ready, each with the CPU use that the test says; and a Lease and ConfigMaps.</summary>
/// <param name="count">How many deployments: <c>app-0</c> and so on, of two replicas each.</param>
/// <param name="time">The time of what the pods use.</param>
internal sealed class StubFleet(int count, TimeProvider time)
{
    private const string Scales = "/apis/apps/v1/namespaces/default/deployments";

    private readonly int[] _replicas = [.. Enumerable.Repeat(2, count)];
    private readonly StubObjects _maps = new();
    private readonly StubObjects _leases = new("/apis/coordination.k8s.io/v1/namespaces/default/leases");
    private int _version = 1000;

    /// <summary>What each deployment uses in all, in thousandths of a core; a pod requests 100.</summary>
    public int Load { get; set; } = 140;

    public int[] Replicas
    {
        get
        {
            lock (_replicas) return [.. _replicas];
        }
    }

    public async Task<bool> AnswerAsync(HttpContext context)
    {
        if (await _maps.AnswerAsync(context) || await _leases.AnswerAsync(context)) return true;
        var path = context.Request.Path;
        var sent = context.Request.Method == "GET" ? null : await JsonNode.ParseAsync(context.Request.Body);
        var answer = path.Value switch
        {
            Scales => List(Enumerable.Range(0, count).Select(Deployment)),
            "/api/v1/namespaces/default/pods" => List(Pods().Select(Pod)),
            "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods" => List(Pods().Select(Use)),
            var other when other!.StartsWith(Scales, StringComparison.Ordinal) => Scale(other[(Scales.Length + 5)..].Split('/')[0], sent),
            _ => List([]),
        };
        await context.Response.WriteAsync(answer);
        return true;
    }

    private string List(IEnumerable<string> items) =>
        $$$"""{"kind": "List", "metadata": {"resourceVersion": "{{{Volatile.Read(ref _version)}}}"}, "items": [{{{string.Join(',', items)}}}]}""";

    private IEnumerable<(int App, int Pod)> Pods() => Replicas.SelectMany((n, app) => Enumerable.Range(0, n).Select(pod => (app, pod)));

    private string Deployment(int app) => $$$"""
        {"metadata": {"name": "app-{{{app}}}", "namespace": "default", "uid": "u{{{app}}}", "resourceVersion": "{{{Volatile.Read(ref _version)}}}"},
         "spec": {"replicas": {{{Replicas[app]}}}, "selector": {"matchLabels": {"app": "app-{{{app}}}"} } }, "status": {"replicas": {{{Replicas[app]}}}} }
        """;

    private static string Pod((int App, int Pod) pod) => $$$"""
        {"metadata": {"name": "app-{{{pod.App}}}-{{{pod.Pod}}}", "namespace": "default", "labels": {"app": "app-{{{pod.App}}}"} },
         "spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "100m"} } }]},
         "status": {"phase": "Running", "startTime": "2026-01-01T00:00:00Z",
                    "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:01Z"}]} }
        """;

    private string Use((int App, int Pod) pod) => $$$"""
        {"metadata": {"name": "app-{{{pod.App}}}-{{{pod.Pod}}}", "namespace": "default"}, "timestamp": "{{{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}}}",
         "window": "15s", "containers": [{"name": "app", "usage": {"cpu": "{{{Load / Replicas[pod.App]}}}m"} }]}
        """;

    private string Scale(string number, JsonNode? sent)
    {
        var app = int.Parse(number, CultureInfo.InvariantCulture);
        lock (_replicas)
        {
            if (sent is not null) _replicas[app] = (int?)sent["spec"]!["replicas"] ?? 0;
            return $$$"""
                {"metadata": {"name": "app-{{{app}}}", "namespace": "default", "uid": "u{{{app}}}", "resourceVersion": "{{{Interlocked.Increment(ref _version)}}}"},
                 "spec": {"replicas": {{{_replicas[app]}}}} }
                """;
        }
    }
}
