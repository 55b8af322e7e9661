using System.Text.Json.Nodes;
using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Scaling;

/// <summary>On a control plane of their own, because there are API servers that a custom resource brings down.</summary>
public sealed class CustomResourceTests(CustomResourceTests.OwnPlane own) : IClassFixture<CustomResourceTests.OwnPlane>
{
    private const string Rules = """
        {"apiGroups": ["{0}"], "resources": ["widgets/scale"], "verbs": ["get", "update"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": ["list"]}
        """;

    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScaleAsync_CustomResource_GoesByItsScale()
    {
        var (space, group) = await DefineAsync(""" "specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size", "labelSelectorPath": ".status.selector" """);
        await CreateAsync(space, group, """{"size": 2, "selector": "app=widget,tier in (a,b)"}""");
        await space.CreatePodAsync("w-1", """{"app": "widget", "tier": "b"}""");
        await space.CreatePodAsync("w-2", """{"app": "widget", "tier": "c"}""");
        using var scaler = new KubernetesScaler(space.Options(), _time);
        ScalingTarget target = $"{space.Name}/{group}/v1/widgets/w";

        var status = await scaler.GetReplicasAsync(target, Cancellation);
        Assert.Equal((3, 2, 1, "w-1"), (status.Desired, status.Existing, status.Starting, Assert.Single(status.Members).Name));

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 3, 5, Cancellation));
        Assert.Equal(5, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);
        Assert.Equal(5, (int)(await space.Admin.GetAsync($"{Path(space, group)}/w", Cancellation))["spec"]!["size"]!);

        await space.Admin.PatchAsync($"{Path(space, group)}/w", """{"spec": {"size": 8}}""", Cancellation);
        Assert.Equal(ScaleOutcome.Rejected("it has 8 replicas, not 5"), await scaler.ScaleAsync(target, 5, 6, Cancellation));
    }

    [Fact]
    public async Task GetReplicasAsync_ScaleWithoutSelector_SaysWhatToAdd()
    {
        var (space, group) = await DefineAsync(""" "specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size" """);
        await CreateAsync(space, group, """{"size": 2}""");
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var error = await Assert.ThrowsAsync<ScalingException>(() => scaler.GetReplicasAsync($"{space.Name}/{group}/v1/widgets/w", Cancellation).AsTask());

        Assert.Equal(
            $"the scale of widgets object 'w' in namespace '{space.Name}' names no selector, so that its pods are not known; give its CustomResourceDefinition a labelSelectorPath",
            error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_KindsThatDoNotExistOrHaveNoScale_SaySo()
    {
        var (space, group) = await DefineAsync(null);
        using var scaler = new KubernetesScaler(space.Options(), _time);

        Assert.Equal(
            $"widgets in {group}/v1 cannot be scaled: their CustomResourceDefinition has no scale subresource",
            (await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync($"{space.Name}/{group}/v1/widgets/w", Cancellation).AsTask())).Message);
        Assert.Equal(
            $"the API server has no gadgets in {group}/v1",
            (await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync($"{space.Name}/{group}/v1/gadgets/g", Cancellation).AsTask())).Message);
        Assert.Equal(
            "the API server has no widgets in nobody.example.com/v7",
            (await Assert.ThrowsAsync<ApiException>(() => scaler.GetReplicasAsync($"{space.Name}/nobody.example.com/v7/widgets/w", Cancellation).AsTask())).Message);
    }

    [Fact]
    public async Task GetReplicasAsync_NoSuchCustomResource_SaysWhatIsMissing()
    {
        var (space, group) = await DefineAsync(""" "specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size" """);
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var error = await Assert.ThrowsAsync<ScalingException>(() => scaler.GetReplicasAsync($"{space.Name}/{group}/v1/widgets/none", Cancellation).AsTask());

        Assert.Equal($"there is no widgets object 'none' in namespace '{space.Name}'", error.Message);
    }

    private static string Path(TestNamespace space, string group) => $"/apis/{group}/v1/namespaces/{space.Name}/widgets";

    private async Task<(TestNamespace Space, string Group)> DefineAsync(string? scale)
    {
        var name = TestNamespace.NewName("widgets");
        var group = $"{name}.example.com";
        var space = await TestNamespace.CreateAsync(await own.PlaneAsync(), name, Rules.Replace("{0}", group, StringComparison.Ordinal));
        await DefineAsync(space.Plane, group, scale);
        return (space, group);
    }

    private static async Task DefineAsync(ControlPlane plane, string group, string? scale)
    {
        var subresources = scale is null ? """{"status": {}}""" : """{"status": {}, "scale": {""" + scale + "}}";
        await plane.Admin.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", $$$"""
            {"metadata": {"name": "widgets.{{{group}}}"}, "spec": {"group": "{{{group}}}", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
             "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {{{subresources}}},
               "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}} }] } }
            """, Cancellation);

        // The API server serves a new kind a moment after it has taken its definition.
        for (JsonNode? kinds = null; kinds?["resources"]?.AsArray().Any(r => (string?)r!["name"] == "widgets") != true;)
        {
            await Task.Delay(50, Cancellation);
            kinds = await plane.Admin.TryGetAsync($"/apis/{group}/v1", Cancellation);
        }
    }

    private static async Task CreateAsync(TestNamespace space, string group, string status)
    {
        await space.Admin.PostAsync(Path(space, group), $$$"""{"apiVersion": "{{{group}}}/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 3} }""", Cancellation);
        await space.Admin.PatchAsync(Path(space, group) + "/w/status", $$$"""{"status": {{{status}}} }""", Cancellation);
    }

    /// <summary>A control plane that has been given a custom resource, and has survived it.</summary>
    public sealed class OwnPlane : IDisposable
    {
        private readonly Lazy<Task<ControlPlane>> _plane = new(() => Task.Run(() => ControlPlane.StartAsync(CancellationToken.None)));
        private Task<string?>? _crash;

        internal async Task<ControlPlane> PlaneAsync()
        {
            Assert.SkipUnless(ControlPlane.Missing is null, ControlPlane.Missing ?? "");
            var plane = await _plane.Value.WaitAsync(Cancellation);
            var crash = await (_crash ??= TryAsync(plane));
            Assert.SkipUnless(crash is null, crash ?? "");
            return plane;
        }

        public void Dispose()
        {
            if (_plane is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) _plane.Value.Result.Dispose();
        }

        private static async Task<string?> TryAsync(ControlPlane plane)
        {
            await DefineAsync(plane, "probe.example.com", null);
            try
            {
                await plane.Admin.PostAsync("/apis/probe.example.com/v1/namespaces/default/widgets", """{"apiVersion": "probe.example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}""", Cancellation);
                return null;
            }
            catch (HttpRequestException)
            {
                // The connection breaks off a moment before the process is gone.
                for (var waits = 0; !plane.ApiServerHasExited; waits++)
                {
                    if (waits == 100) throw;
                    await Task.Delay(50, Cancellation);
                }

                return "This kube-apiserver ends with a segmentation fault when it is given a custom resource: it was compiled with Go 1.18 or later, which its version of modern-go/reflect2 does not know.";
            }
        }
    }
}
