using AutoScaling.Kubernetes.Tests.Cluster;

namespace AutoScaling.Kubernetes.Tests.Scaling;

public sealed class AllNamespacesTests(ClusterFixture cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetReplicasAsync_TargetsOfSeveralNamespaces_ShareOneListOfEachKind()
    {
        var plane = await cluster.PlaneAsync();
        var one = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("all"), rules: null);
        var two = await TestNamespace.CreateAsync(plane, TestNamespace.NewName("all"), rules: null);
        await one.CreateDeploymentAsync("web", 1);
        await two.CreateDeploymentAsync("web", 2);
        await two.CreatePodAsync("web-1", """{"app": "web"}""");
        await plane.Admin.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", $$"""{"metadata": {"name": "{{one.Name}}"}, "rules": [{{TestNamespace.ScalingRules}}]}""", Cancellation);
        await plane.Admin.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""
            {"metadata": {"name": "{{one.Name}}"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{{one.Name}}"},
             "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "{{one.User}}"}]}
            """, Cancellation);
        await one.UntilAllowedAsync(TestNamespace.ScalingRules, one.User, "");
        var options = one.Options();
        options.AllNamespaces = true;
        using var scaler = new KubernetesScaler(options, TimeProvider.System);

        // So many that no target is read by itself.
        for (var i = 0; i < 200; i++) scaler.Identify($"{one.Name}/other-{i}");
        var mark = await plane.Audit.MarkAsync(Cancellation);

        var first = await scaler.GetReplicasAsync($"{one.Name}/web", Cancellation);
        var second = await scaler.GetReplicasAsync($"{two.Name}/web", Cancellation);

        Assert.Equal((1, 0, 2, 1), (first.Desired, first.Members.Length, second.Desired, second.Members.Length));
        var requests = (await plane.Audit.SinceAsync(mark, Cancellation)).Where(e => e.User == one.User && e.Verb != "watch").Select(e => $"{e.Verb} {e.Resource} {e.Namespace}");
        Assert.Equal(["list deployments ", "list horizontalpodautoscalers ", "list pods "], requests.Order(StringComparer.Ordinal));
    }
}
