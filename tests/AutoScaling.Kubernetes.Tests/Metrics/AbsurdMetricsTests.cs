using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Stub;
using Microsoft.AspNetCore.Http;

namespace AutoScaling.Kubernetes.Tests.Metrics;

/// <summary>Answers of metrics servers that no real one should give.</summary>
public sealed class AbsurdMetricsTests : IAsyncLifetime
{
    private const string Pods = """
        {"kind": "PodList", "metadata": {"resourceVersion": "100"}, "items": [
         {"metadata": {"name": "web-1", "namespace": "default", "labels": {"app": "web"}, "resourceVersion": "1"},
          "spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "100m", "memory": "1Mi"}}}]},
          "status": {"phase": "Running", "startTime": "2026-01-01T00:00:00Z", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}},
         {"metadata": {"name": "web-2", "namespace": "default", "labels": {"app": "web"}, "resourceVersion": "2"},
          "spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "100m", "memory": "1Mi"}}}]},
          "status": {"phase": "Running", "startTime": "2026-01-01T00:00:00Z", "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}]}
        """;

    private readonly ShiftedTime _time = new();
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal) { ["/api/v1/namespaces/default/pods"] = Pods };
    private StubServer _stub = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stub = await StubServer.StartAsync();
        _stub.Fault = async (context, _, _) =>
        {
            if (!_answers.TryGetValue(context.Request.Path.Value!, out var answer)) return false;
            await context.Response.WriteAsync(answer);
            return true;
        };
    }

    public ValueTask DisposeAsync() => _stub.DisposeAsync();

    [Fact]
    public async Task GetMetricsAsync_APodThatUsesLessThanNothing_IsNotMeasuredAndTakesNothingFromTheOthers()
    {
        static string Use(string pod, string cpu) =>
            $$$"""{"metadata": {"name": "{{{pod}}}", "namespace": "default"}, "timestamp": "2026-01-01T00:00:00Z", "window": "30s", "containers": [{"name": "app", "usage": {"cpu": "{{{cpu}}}", "memory": "1Mi"}}]}""";
        _answers["/apis/metrics.k8s.io/v1beta1/namespaces/default/pods"] = $$"""{"kind": "PodMetricsList", "metadata": {}, "items": [{{Use("web-1", "90m")}}, {{Use("web-2", "-85m")}}]}""";
        using var provider = new KubernetesMetricsProvider(_stub.Options(), _time);

        var metrics = await provider.GetMetricsAsync(new("web", "cpu", "cpu/app"), Cancellation);

        foreach (var name in new[] { "cpu", "cpu/app" })
        {
            var cpu = metrics[name];
            Assert.Equal((MetricStatus.Available, 90.0), (cpu.Status, cpu.Value));
            Assert.Equal([0.09, null], cpu.Replicas.Select(r => r.Value));
        }
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("-60")]
    public async Task GetMetricsAsync_WindowThatIsNone_IsTheUsualOne(string window)
    {
        _answers["/apis/custom.metrics.k8s.io"] = """{"kind": "APIGroup", "versions": [{"version": "v1beta2"}], "preferredVersion": {"version": "v1beta2"}}""";
        _answers["/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/pods/*/rps"] = $$"""
            {"kind": "MetricValueList", "metadata": {}, "items": [
             {"describedObject": {"kind": "Pod", "namespace": "default", "name": "web-1"}, "timestamp": "2026-01-01T00:00:00Z", "windowSeconds": {{window}}, "value": "5"}]}
            """;
        using var cluster = KubernetesCluster.Create(_stub.Options(), _time);
        var provider = new CustomMetricsProvider(cluster, [KubernetesMetric.Pods("rps")]);

        var rps = (await provider.GetMetricsAsync(new("web", "rps"), Cancellation))["rps"];

        Assert.Equal((MetricStatus.Available, 5.0, TimeSpan.FromMinutes(1)), (rps.Status, rps.Value, rps.Replicas[0].Window));
    }
}
