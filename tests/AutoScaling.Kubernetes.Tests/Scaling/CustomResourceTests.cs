using AutoScaling.Kubernetes.Tests.Cluster;
using AutoScaling.Kubernetes.Tests.Metrics;

namespace AutoScaling.Kubernetes.Tests.Scaling;

/// <summary>Kinds that Kubernetes does not know, through the real API server: its discovery, its access control, and what their own API server keeps.</summary>
public sealed class CustomResourceTests(ClusterFixture cluster, MetricsFixture metrics, WidgetFixture fixture) : IClassFixture<WidgetFixture>
{
    private const string Group = WidgetServer.Group;
    private const string Widgets = $$"""{"apiGroups": ["{{Group}}"], "resources": ["widgets/scale"], "verbs": ["get", "update"]}""";
    private const string Others = """
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create"]}
        """;

    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScaleAsync_CustomKind_GoesByItsScale()
    {
        var (space, widgets) = await SpaceAsync();
        widgets.Set(new(space.Name, "w", 3) { Existing = 2, Selector = "app=widget,tier in (a,b)" });
        await space.CreatePodAsync("w-1", """{"app": "widget", "tier": "b"}""");
        await space.CreatePodAsync("w-2", """{"app": "widget", "tier": "c"}""");
        using var scaler = new KubernetesScaler(space.Options(), _time);
        var target = Target(space, "w");

        var status = await scaler.GetReplicasAsync(target, Cancellation);
        Assert.Equal((3, 2, 1, "w-1"), (status.Desired, status.Existing, status.Starting, Assert.Single(status.Members).Name));

        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 3, 5, Cancellation));
        Assert.Equal(5, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);
        Assert.Equal(5, await SizeAsync(space));
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 5, 0, Cancellation));
        Assert.Equal(0, (await scaler.GetReplicasAsync(target, Cancellation)).Desired);
        Assert.Equal(0, await SizeAsync(space));
    }

    [Fact]
    public async Task ScaleAsync_CustomKindThatSomebodyChangedMeanwhile_IsLeftAlone()
    {
        var (space, widgets) = await SpaceAsync();
        var widget = widgets.Set(new(space.Name, "w", 3) { Selector = "app=widget" });
        using var scaler = new KubernetesScaler(space.Options(), _time);
        var target = Target(space, "w");
        await scaler.GetReplicasAsync(target, Cancellation);

        // Somebody else writes through the same API server.
        await space.Admin.PutAsync(WidgetServer.Path(space.Name, "w/scale"), $$$"""{"metadata": {"name": "w", "namespace": "{{{space.Name}}}"}, "spec": {"replicas": 8} }""", Cancellation);
        Assert.Equal(ScaleOutcome.Rejected("it has 8 replicas, not 3"), await scaler.ScaleAsync(target, 3, 4, Cancellation));
        Assert.Equal(8, await SizeAsync(space));

        // Only the status has changed: the count is what the decision was made for.
        await scaler.GetReplicasAsync(target, Cancellation);
        widget = widgets.Set(widget with { Size = 8, Existing = 8 });
        Assert.Equal(ScaleOutcome.Applied, await scaler.ScaleAsync(target, 8, 9, Cancellation));
        Assert.Equal(9, await SizeAsync(space));

        // Another one of the same name.
        widgets.Set(widget with { Size = 9, Uid = "another" });
        Assert.Equal(ScaleOutcome.Rejected("it was deleted and created again meanwhile"), await scaler.ScaleAsync(target, 9, 10, Cancellation));
        Assert.Equal(9, await SizeAsync(space));
    }

    [Fact]
    public async Task ScaleAsync_CustomKindWithoutTheRule_NamesIt()
    {
        var (space, widgets) = await SpaceAsync($$"""{"apiGroups": ["{{Group}}"], "resources": ["widgets/scale"], "verbs": ["get"]}, """ + Others);
        var (blind, _) = await SpaceAsync(Others);
        foreach (var of in new[] { space, blind }) widgets.Set(new(of.Name, "w", 3) { Selector = "app=widget" });
        using var scaler = new KubernetesScaler(space.Options(), _time);
        await scaler.GetReplicasAsync(Target(space, "w"), Cancellation);

        Assert.Equal(
            ScaleOutcome.Failed($"the user '{space.User}' may not update widgets/scale 'w' in namespace '{space.Name}'; add to its Role: apiGroups [{Group}], resources [widgets/scale], verbs [update]"),
            await scaler.ScaleAsync(Target(space, "w"), 3, 4, Cancellation));
        Assert.Equal(3, await SizeAsync(space));
        using var other = new KubernetesScaler(blind.Options(), _time);
        Assert.Equal(
            $"the user '{blind.User}' may not get widgets/scale 'w' in namespace '{blind.Name}'; add to its Role: apiGroups [{Group}], resources [widgets/scale], verbs [get]",
            (await Assert.ThrowsAsync<ApiException>(() => other.GetReplicasAsync(Target(blind, "w"), Cancellation).AsTask())).Message);
    }

    [Fact]
    public async Task GetReplicasAsync_ScaleWithoutSelector_SaysWhatToAdd()
    {
        var (space, widgets) = await SpaceAsync();
        widgets.Set(new(space.Name, "w", 3));
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var error = await Assert.ThrowsAsync<ScalingException>(() => scaler.GetReplicasAsync(Target(space, "w"), Cancellation).AsTask());

        Assert.Equal(
            $"the scale of widgets object 'w' in namespace '{space.Name}' names no selector, so that its pods are not known; a custom kind gets one by the labelSelectorPath of its CustomResourceDefinition",
            error.Message);
    }

    [Fact]
    public async Task GetReplicasAsync_KindsThatDoNotExistOrHaveNoScale_SaySo()
    {
        var (space, _) = await SpaceAsync();
        using var scaler = new KubernetesScaler(space.Options(), _time);
        async Task<string> ErrorAsync(string target) => (await Assert.ThrowsAnyAsync<Exception>(() => scaler.GetReplicasAsync($"{space.Name}/{target}", Cancellation).AsTask())).Message;

        Assert.Equal($"there is no widgets object 'none' in namespace '{space.Name}'", await ErrorAsync($"{Group}/v1/widgets/none"));
        Assert.Equal($"gadgets in {Group}/v1 cannot be scaled: they have no scale subresource, which custom kinds get by their CustomResourceDefinition", await ErrorAsync($"{Group}/v1/gadgets/g"));
        Assert.Equal("daemonsets in apps/v1 cannot be scaled: they have no scale subresource, which custom kinds get by their CustomResourceDefinition", await ErrorAsync("apps/v1/daemonsets/d"));
        Assert.Equal($"the API server has no sprockets in {Group}/v1", await ErrorAsync($"{Group}/v1/sprockets/s"));
        Assert.Equal($"the API server has no widgets in {Group}/v7", await ErrorAsync($"{Group}/v7/widgets/w"));
        Assert.Equal("the API server has no widgets in nobody.example.com/v7", await ErrorAsync("nobody.example.com/v7/widgets/w"));
    }

    [Fact]
    public async Task UseKubernetes_CustomKind_IsScaledByItsPodsAndToldOfByAnEvent()
    {
        var (space, widgets) = await SpaceAsync(string.Join(',', Widgets, Others, MetricsSpace.MetricsRules));
        var widget = widgets.Set(new(space.Name, "w", 2) { Existing = 2, Selector = "app=widget" });
        var measured = new MetricsSpace(space, await metrics.AdapterAsync(space.Plane));
        await measured.AddAsync(new("w-1", "widget"), ("app", "130m", null));
        await measured.AddAsync(new("w-2", "widget"), ("app", "150m", null));
        await measured.AddAsync(new("stranger", "other"), ("app", "1", null));
        var target = Target(space, "w");
        Assert.Equal(140, (await measured.ReadAsync(target.Name))[MetricRef.Cpu].Value);

        ScalingRecord record;
        await using (var host = new MetricsHost(measured, b => b.AddPolicy(new()
        {
            Target = target,
            Rules = [new TargetTrackingRule { Metric = MetricRef.Cpu, Target = 50 }],
            Behavior = ScalingBehavior.Immediate,
        })))
        {
            record = await host.EvaluateAsync(target.Name);
            await space.UntilEventsAsync(1);
        }

        Assert.Null(record.Error);
        Assert.Equal((2, 6, ScaleOutcome.Applied), (record.Decision!.From, record.Decision.To, record.Outcome));
        Assert.Equal(6, await SizeAsync(space));
        var told = Assert.Single((await space.Admin.GetAsync($"/api/v1/namespaces/{space.Name}/events", Cancellation))["items"]!.AsArray())!["involvedObject"]!;
        Assert.Equal(($"{Group}/v1", "Widget", "w", widget.Uid), ((string?)told["apiVersion"], (string?)told["kind"], (string?)told["name"], (string?)told["uid"]));
    }

    [Fact]
    public async Task ScaleAsync_AutoscalerOnACustomKind_IsRefused()
    {
        var (space, widgets) = await SpaceAsync();
        widgets.Set(new(space.Name, "w", 3) { Selector = "app=widget" });
        await space.Admin.PostAsync($"/apis/autoscaling/v1/namespaces/{space.Name}/horizontalpodautoscalers", $$$"""
            {"metadata": {"name": "cpu"}, "spec": {"maxReplicas": 9, "scaleTargetRef": {"apiVersion": "{{{Group}}}/v1", "kind": "Widget", "name": "w"} } }
            """, Cancellation);
        using var scaler = new KubernetesScaler(space.Options(), _time);

        var refusal = (await scaler.GetReplicasAsync(Target(space, "w"), Cancellation)).Refusal;

        Assert.Equal($"the HorizontalPodAutoscaler '{space.Name}/cpu' scales it too; delete that one, or set AllowForeignAutoscaler", refusal);
        Assert.Equal(ScaleOutcome.Rejected(refusal!), await scaler.ScaleAsync(Target(space, "w"), 3, 4, Cancellation));
        Assert.Equal(3, await SizeAsync(space));
    }

    private static ScalingTarget Target(TestNamespace space, string name) => $"{space.Name}/{Group}/v1/widgets/{name}";

    private static async Task<int> SizeAsync(TestNamespace space) => (int)(await space.Admin.GetAsync(WidgetServer.Path(space.Name, "w"), Cancellation))["spec"]!["size"]!;

    private async Task<(TestNamespace Space, WidgetServer Widgets)> SpaceAsync(string rules = Widgets + "," + Others)
    {
        var plane = await cluster.PlaneAsync();
        return (await TestNamespace.CreateAsync(plane, TestNamespace.NewName("widgets"), rules), await fixture.WidgetsAsync(plane));
    }
}
